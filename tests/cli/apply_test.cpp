#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "support/engines.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"

// docs/protocol.md: `muster apply` and `muster dump`, as processes.
namespace muster::test {
namespace {

const std::string create_g1 =
    R"({"command":"CreateGroup","caller":"alice","at":1700000000000,"group":"g1","type":"Public","name":"Readers"})"
    "\n";
const std::string join_g1 =
    R"({"command":"JoinGroup","caller":"bob","at":1700000001000,"group":"g1","message":"hello"})"
    "\n";

class Apply : public testing::Test {
 protected:
  [[nodiscard]] std::string db() const { return (folder.path() / "db").string(); }
  Ran apply(const std::string& input, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"apply", "--db", db()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_muster(arguments, input);
  }
  Ran dump(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"dump", "--db", db()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_muster(arguments);
  }
  [[nodiscard]] std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder.path()})
      if (entry.is_regular_file()) all[entry.path().string()] = read_file(entry.path().string());
    return all;
  }
  TempFolder folder;
};

TEST_F(Apply, AnswersTheProtocolsOwnExample) {
  const Ran ran =
      apply(create_g1 + join_g1 +
            R"({"command":"AcceptApplication","caller":"alice","at":1700000002000,"group":"g1","user":"bob"})"
            "\n");
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(
      ran.output,
      R"({"ok":true,"group":"g1","revision":1,"position":1,"events":["GroupCreated"]})"
      "\n"
      R"({"ok":true,"group":"g1","revision":2,"position":2,"events":["JoinRequested"],"result":"pending"})"
      "\n"
      R"({"ok":true,"group":"g1","revision":3,"position":3,"events":["ApplicationAccepted","MembersJoined"]})"
      "\n");
  EXPECT_EQ(ran.error, "muster: made a new store in `" + db() + "`\n");
}

TEST_F(Apply, SaysWhatItOpened) {
  ASSERT_EQ(apply(create_g1).status, 0);
  EXPECT_EQ(apply(join_g1).error, "muster: opened `" + db() + "` at position 1\n");
}

TEST_F(Apply, MakesNoStoreWhereOneMustExist) {
  const Ran none = run_muster({"apply", "--db", db(), "--existing"}, create_g1);
  EXPECT_EQ(none.status, 1);
  EXPECT_EQ(none.output, "");
  EXPECT_NE(none.error.find("not found: there is no store in `" + db() + "`"), std::string::npos)
      << none.error;
  EXPECT_FALSE(std::filesystem::exists(db()));
  ASSERT_EQ(apply(create_g1).status, 0);
  EXPECT_EQ(run_muster({"apply", "--db", db(), "--existing"}, join_g1).status, 0);
}

TEST_F(Apply, TheBookClubComesToWhatWasWrittenByHand) {
  const std::string examples = source_dir().string() + "/examples/";
  const Ran ran = apply(read_file(examples + "book-club.jsonl"));
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(lines_of(ran.output), lines_of(read_file(examples + "book-club.expected.jsonl")));
  EXPECT_EQ(lines_of(ran.output).size(), lines_of(read_file(examples + "book-club.jsonl")).size());
  expect_whole(folder.path() / "db");
}

TEST_F(Apply, OneLineInItsAnswerOutBeforeTheNext) {
  Process process{{muster_binary(), "apply", "--db", db()}};
  ASSERT_TRUE(process.write(create_g1));
  const auto first = process.read_line();
  ASSERT_TRUE(first);
  EXPECT_NE(first->find(R"("position":1)"), std::string::npos);
  for (int i = 2; i < 40; ++i) {
    ASSERT_TRUE(process.write(R"({"command":"PostMessage","caller":"alice","group":"g1"})"
                              "\n"));
    const auto line = process.read_line();
    ASSERT_TRUE(line);
    EXPECT_NE(line->find("\"position\":" + std::to_string(i) + ","), std::string::npos) << *line;
  }
  process.close_input();
  EXPECT_EQ(process.read_line(), std::nullopt);
  EXPECT_EQ(process.wait(), 0);
}

TEST_F(Apply, BadLinesGetTheirErrorAndTheNextLineIsReadOn) {
  const Ran ran = apply("nonsense\n\n[1]\n" + create_g1 +
                        R"({"command":"Fly","caller":"a"})"
                        "\n" +
                        std::string(2 * 1024 * 1024, 'x') + "\n" +
                        R"({"command":"JoinGroup","caller":"bob","group":"g1","message":")" +
                        std::string(301, 'x') + "\"}\n" + join_g1 + "last");
  EXPECT_EQ(ran.status, 0);
  const auto lines = lines_of(ran.output);
  ASSERT_EQ(lines.size(), 9U);
  for (const std::size_t bad : {0U, 1U, 2U, 4U, 5U, 6U, 8U}) {
    EXPECT_NE(lines[bad].find(R"("ok":false)"), std::string::npos) << lines[bad];
    EXPECT_NE(lines[bad].find(R"("error":"InvalidArgument","code":10004)"), std::string::npos) << lines[bad];
  }
  EXPECT_NE(lines[0].find(R"("line":1)"), std::string::npos);
  EXPECT_NE(lines[1].find(R"("line":2)"), std::string::npos);
  EXPECT_NE(lines[5].find("longer than 1 MiB"), std::string::npos);
  EXPECT_NE(lines[5].find(R"("line":6)"), std::string::npos);
  EXPECT_NE(lines[6].find(R"("field":"message")"), std::string::npos);
  EXPECT_NE(lines[3].find(R"("ok":true)"), std::string::npos);
  EXPECT_NE(lines[7].find(R"("ok":true)"), std::string::npos);
}

TEST_F(Apply, ALineOfExactlyOneMebibyteIsRead) {
  std::string line = create_g1.substr(0, create_g1.size() - 1);
  line.resize(1024 * 1024, ' ');
  EXPECT_NE(apply(line + "\n").output.find(R"("ok":true)"), std::string::npos);
}

TEST_F(Apply, ReadsAndWritesFiles) {
  const std::string in = (folder.path() / "in.jsonl").string();
  const std::string out = (folder.path() / "out.jsonl").string();
  std::ofstream{in} << create_g1 << join_g1;
  const Ran ran = apply("", {"--input", in, "--output", out});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.output, "");
  EXPECT_EQ(lines_of(read_file(out)).size(), 2U);
}

TEST_F(Apply, AFileThatIsNotThereIsNamed) {
  const Ran ran = apply("", {"--input", "/nonexistent/in.jsonl"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(lines_of(ran.error).size(), 1U);
  EXPECT_NE(ran.error.find("/nonexistent/in.jsonl"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(db())) << "nothing was made for nothing";
}

TEST_F(Apply, ClosedStandardOutputIsSaidAndNothingIsPrintedIntoTheStore) {
  const std::string command = muster_binary() + " apply --db " + db() + " >&-";
  const Ran ran = run_program({"/bin/bash", "-c", command}, create_g1);
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(ran.error.find("cannot write the output"), std::string::npos) << ran.error;
  EXPECT_EQ(read_file(db() + "/LOCK.muster"), "");
  expect_whole(folder.path() / "db");
}

TEST_F(Apply, InputAndOutputAreNotOneFile) {
  const std::string file = (folder.path() / "in.jsonl").string();
  std::ofstream{file} << create_g1;
  const Ran ran = apply("", {"--input", file, "--output", file});
  EXPECT_EQ(ran.status, 2);
  EXPECT_EQ(read_file(file), create_g1);
  EXPECT_FALSE(std::filesystem::exists(db()));
}

TEST_F(Apply, AnOutputThatCannotBeMadeMakesNoStore) {
  EXPECT_EQ(apply(create_g1, {"--output", "/nonexistent/out.jsonl"}).status, 1);
  EXPECT_FALSE(std::filesystem::exists(db()));
}

TEST_F(Apply, AGroupThatIsNotThereIsSaidByDump) {
  apply(create_g1);
  const Ran ran = dump({"--group", "nope"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(ran.error.find("there is no group `nope`"), std::string::npos);
  EXPECT_EQ(dump({"--group", ""}).status, 2);
}

TEST_F(Apply, WrongUsageIsStatusTwo) {
  EXPECT_EQ(run_muster({}).status, 2);
  EXPECT_EQ(run_muster({"apply"}).status, 2);
  EXPECT_EQ(run_muster({"fly"}).status, 2);
  EXPECT_EQ(apply("", {"--durability", "never"}).status, 2);
  EXPECT_EQ(apply("", {"--events", "some"}).status, 2);
  EXPECT_EQ(dump({"--at", "3"}).status, 1) << "there is no store yet";
  apply(create_g1);
  EXPECT_EQ(dump({"--at", "3"}).status, 2);
  EXPECT_EQ(dump({"--group", "g1", "--at", "9"}).status, 2);
  EXPECT_EQ(dump({"--group", "g1", "--at", "yesterday"}).status, 2);
}

TEST_F(Apply, HelpIsForPeople) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"--help"}, {"apply", "--help"}, {"dump", "--help"}}) {
    const Ran ran = run_muster(arguments);
    EXPECT_EQ(ran.status, 0);
    EXPECT_NE(ran.output.find("--help"), std::string::npos);
  }
  EXPECT_NE(run_muster({"--version"}).output.find("muster "), std::string::npos);
}

TEST_F(Apply, TimesAheadOfTheClockNeedTheirFlag) {  // arguments.time
  const std::string ahead =
      R"({"command":"CreateGroup","caller":"alice","at":253402300798999,"group":"g2","type":"Public","name":"Readers"})"
      "\n";
  EXPECT_NE(apply(ahead).output.find(R"("field":"at")"), std::string::npos);
  EXPECT_NE(apply(ahead, {"--allow-future"}).output.find(R"("ok":true)"), std::string::npos);
}

TEST_F(Apply, WholeEventsAreShownWhenAskedFor) {
  EXPECT_NE(apply(create_g1, {"--events", "full"})
                .output.find(R"("events":[{"event":"GroupCreated","type":"Public","base":"Public")"),
            std::string::npos);
}

TEST_F(Apply, DurabilityOfTheOperatingSystemAnswersTheSame) {
  EXPECT_EQ(apply(create_g1 + join_g1, {"--durability", "os"}).output.find(R"("ok":false)"),
            std::string::npos);
  expect_whole(folder.path() / "db");
}

TEST_F(Apply, DecidesUnderTheRulesOfAFile) {
  const std::string rules = (folder.path() / "rules.json").string();
  std::ofstream{rules} << R"({"types":[{"name":"Public","join_group":false}]})";
  const Ran ran = apply(create_g1 + join_g1, {"--rules", rules});
  EXPECT_EQ(ran.status, 0);
  EXPECT_NE(ran.output.find(R"("rule":"join.type")"), std::string::npos);
  std::ofstream{rules} << "{";
  const Ran bad = apply(create_g1, {"--rules", rules});
  EXPECT_EQ(bad.status, 1);
  EXPECT_NE(bad.error.find("rules.json"), std::string::npos);
}

TEST_F(Apply, AStoreThatIsInUseIsNamedToTheSecond) {
  Process first{{muster_binary(), "apply", "--db", db()}};
  ASSERT_TRUE(first.write(create_g1));
  ASSERT_TRUE(first.read_line());
  const Ran second = apply(join_g1);
  EXPECT_EQ(second.status, 1);
  EXPECT_NE(second.error.find("locked"), std::string::npos);
  EXPECT_NE(second.error.find(db()), std::string::npos);
  const Ran reader = dump();
  EXPECT_EQ(reader.status, 1);
  EXPECT_NE(reader.error.find("locked"), std::string::npos);
}

TEST_F(Apply, WhatCannotBeSaidOnStandardErrorEndsNothing) {
  for (const char* const nowhere : {"2>/dev/full", "2>&-"}) {
    const std::string command = muster_binary() + " apply --db " + db() + " " + nowhere;
    const Ran ran = run_program({"/bin/bash", "-c", command}, create_g1);
    EXPECT_EQ(ran.status, 0);
    EXPECT_NE(ran.output, "");
    const std::string wrong = muster_binary() + " dump --db " + db() + "x " + nowhere;
    EXPECT_EQ(run_program({"/bin/bash", "-c", wrong}).status, 1);
  }
}

// Somebody else may have set it for the descriptor that they share with us.
TEST_F(Apply, NonBlockingInputAndOutputAreWaitedFor) {
  std::string input = create_g1;
  for (int i = 0; i < 3000; ++i)
    input += R"({"command":"PostMessage","caller":"alice","group":"g1"})"
             "\n";
  const std::string nonblocking =
      "python3 -c 'import fcntl,os,sys\n"
      "for f in (0,1): fcntl.fcntl(f,fcntl.F_SETFL,fcntl.fcntl(f,fcntl.F_GETFL)|os.O_NONBLOCK)\n"
      "os.execv(sys.argv[1],sys.argv[1:])' ";
  const std::string command = "(sleep 0.2; cat) | " + nonblocking + muster_binary() + " apply --db " + db() +
                              " | (sleep 0.5; cat); exit ${PIPESTATUS[1]}";
  const Ran ran = run_program({"/bin/bash", "-c", command}, input);
  if (ran.status == 127) GTEST_SKIP() << "needs python3";
  EXPECT_EQ(ran.status, 0) << ran.error;
  EXPECT_EQ(lines_of(ran.output).size(), 3001U);
}

TEST_F(Apply, AnObjectOfThousandsOfKeysIsReadAndARepeatedOneIsFound) {
  std::string keys;
  for (int i = 0; i < 40'000; ++i) keys += "\"key" + std::to_string(i) + "\":1,";
  const Ran ran = apply("{" + keys + "\"key\":1}\n{" + keys + "\"key39999\":1}\n");
  ASSERT_EQ(lines_of(ran.output).size(), 2U);
  EXPECT_EQ(lines_of(ran.output)[0].find("key39999"), std::string::npos) << ran.output;
  EXPECT_NE(lines_of(ran.output)[1].find("key39999"), std::string::npos) << ran.output;
}

TEST_F(Apply, AnEmptyPathIsWrongUsage) {
  for (const char* const command : {"apply", "dump", "verify"}) {
    const Ran ran = run_muster({command, "--db", ""});
    EXPECT_EQ(ran.status, 2);
    EXPECT_NE(ran.error.find("the path is empty"), std::string::npos) << ran.error;
  }
}

// A real one: RocksDB's own diary is on it too.
TEST_F(Apply, AFileSystemWithoutRoomEndsItInGoodOrder) {
  std::string input = create_g1;
  for (int i = 0; i < 40'000; ++i)
    input += R"({"command":"PostMessage","caller":"alice","group":"g1"})"
             "\n";
  for (const char* const size : {"16k", "64k", "4m"}) {
    const std::string store = (folder.path() / "small").string();
    const std::string command = "mkdir -p " + store + " && mount -t tmpfs -o size=" + size + " tmpfs " +
                                store + " 2>/dev/null || exit 77; exec " + muster_binary() + " apply --db " +
                                store + "/db";
    const Ran ran = run_program({"/usr/bin/unshare", "--mount", "/bin/bash", "-c", command}, input);
    if (ran.status == 77 || ran.error.find("unshare") != std::string::npos)
      GTEST_SKIP() << "file systems cannot be mounted here";
    EXPECT_EQ(ran.status, 1) << size;
    EXPECT_NE((ran.error + ran.output).find("full"), std::string::npos) << ran.error;
  }
}

TEST_F(Apply, AReaderThatGoesAwayEndsIt) {
  const std::string command = "(cat; cat /dev/zero | tr '\\0' '\\n') | " + muster_binary() + " apply --db " +
                              db() + " | head -n 1 >/dev/null; exit 0";
  EXPECT_EQ(run_program({"/bin/bash", "-c", command}, create_g1).status, 0);
}

// A disk that is full, for the process: no file may grow beyond a limit.
TEST_F(Apply, AFullDiskIsSaidAndNothingAnsweredIsLost) {
  apply(create_g1);
  std::string input;
  for (int i = 0; i < 20'000; ++i)
    input += R"({"command":"PostMessage","caller":"alice","group":"g1"})"
             "\n";
  const std::string command = "trap '' XFSZ; ulimit -f 256; exec " + muster_binary() + " apply --db " + db();
  const Ran ran = run_program({"/bin/bash", "-c", command}, input);
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(ran.output.find(R"("error":"StoreFailed")"), std::string::npos);
  EXPECT_NE(ran.error.find("outcomes are unknown"), std::string::npos) << ran.error;
  std::size_t answered = 0;
  for (const std::string& line : lines_of(ran.output))
    answered += line.find(R"("ok":true)") != std::string::npos ? 1 : 0;
  EXPECT_GT(answered, 0U);
  expect_whole(folder.path() / "db");
  EXPECT_GE(open_store(folder.path() / "db", {.create = false, .read_only = true})->log().last(),
            answered + 1);
  EXPECT_NE(apply(join_g1).output.find(R"("ok":true)"), std::string::npos);
}

// dump

TEST_F(Apply, DumpShowsEveryRowByKindThenKey) {
  apply(
      create_g1 + join_g1 +
      R"({"command":"CreateGroup","caller":"alice","at":1700000003000,"group":"a0","type":"AVChatRoom","name":"Live"})"
      "\n" +
      R"({"command":"JoinGroup","caller":"carl","at":1700000004000,"group":"a0"})"
      "\n");
  const Ran ran = dump();
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(
      lines_of(ran.output),
      (std::vector<std::string>{
          R"({"row":"app","edition":"Ultimate","member_cap":2000,"group_fields":[],"member_fields":[],"avchatrooms_unlimited":false,"policies":[],"recycle":[],"sweep":[],"history":[]})",
          R"({"row":"group","group_id":"a0","type":"AVChatRoom","state":"active","name":"Live","introduction":"","notification":"","face_url":"","owner_account":"alice","create_time":1700000003000,"info_seq":1,"last_info_time":1700000003000,"last_msg_time":0,"next_msg_seq":1,"member_num":2,"max_member_num":0,"apply_join_option":"FreeAccess","invite_option":"DisableInvite","mute_all":false,"support_topic":false,"custom":{},"revision":2})",
          R"({"row":"group","group_id":"g1","type":"Public","state":"active","name":"Readers","introduction":"","notification":"","face_url":"","owner_account":"alice","create_time":1700000000000,"info_seq":1,"last_info_time":1700000000000,"last_msg_time":0,"next_msg_seq":1,"member_num":1,"max_member_num":2000,"apply_join_option":"NeedPermission","invite_option":"DisableInvite","mute_all":false,"support_topic":false,"custom":{},"revision":2})",
          R"({"row":"member","group_id":"a0","member_account":"alice","role":"Owner","join_time":1700000003000,"msg_seq":0,"msg_flag":"AcceptNotNotify","last_send_msg_time":0,"name_card":"","mute_until":0,"custom":{}})",
          R"({"row":"member","group_id":"g1","member_account":"alice","role":"Owner","join_time":1700000000000,"msg_seq":0,"msg_flag":"AcceptAndNotify","last_send_msg_time":0,"name_card":"","mute_until":0,"custom":{}})",
          R"({"row":"application","group_id":"g1","account":"bob","kind":"join","inviter":null,"message":"hello","time":1700000001000,"status":"pending","handler":null,"handled_time":0,"reply":""})",
          R"({"row":"joined","account":"alice","group_id":"g1"})"}));
}

TEST_F(Apply, DumpOfOneGroupIsThePartOfItAlone) {
  apply(
      create_g1 + join_g1 +
      R"({"command":"CreateGroup","caller":"alice","at":1700000003000,"group":"g2","type":"Public","name":"Other"})"
      "\n");
  const auto all = lines_of(dump().output);
  const auto one = lines_of(dump({"--group", "g1"}).output);
  std::vector<std::string> expected;
  for (const std::string& line : all)
    if (line.find(R"("group_id":"g1")") != std::string::npos) expected.push_back(line);
  EXPECT_EQ(one, expected);
  EXPECT_EQ(one.size(), 4U);
}

TEST_F(Apply, DumpAtAMomentIsTheStateAsItWas) {
  apply(create_g1 + join_g1);
  const std::string before = dump({"--group", "g1"}).output;
  apply(R"({"command":"AcceptApplication","caller":"alice","at":1700000005000,"group":"g1","user":"bob"})"
        "\n"
        R"({"command":"DismissGroup","caller":"alice","at":1700000006000,"group":"g1"})"
        "\n");
  EXPECT_NE(dump({"--group", "g1"}).output, before);
  EXPECT_EQ(dump({"--group", "g1", "--at", "2"}).output, before);
  EXPECT_EQ(dump({"--group", "g1", "--at", "t:1700000004999"}).output, before);
  EXPECT_EQ(dump({"--group", "g1", "--at", "2023-11-14T22:13:24Z"}).output, before);
}

TEST_F(Apply, AGoneGroupKeepsItsRowsAndHasNoJoinedRows) {
  apply(create_g1 + R"({"command":"DismissGroup","caller":"alice","at":1700000006000,"group":"g1"})"
                    "\n");
  const std::string after = dump({"--group", "g1"}).output;
  EXPECT_NE(after.find(R"("state":"dismissed")"), std::string::npos);
  EXPECT_NE(after.find(R"("row":"member")"), std::string::npos);
  EXPECT_EQ(after.find(R"("row":"joined")"), std::string::npos);
}

TEST_F(Apply, AnInactiveGroupIsJoinedByItsOwnerOnly) {
  apply(
      R"({"command":"CreateGroup","caller":"alice","at":1700000000000,"group":"w","type":"Work","name":"W","members":[{"user":"bob"}]})"
      "\n");
  EXPECT_NE(dump().output.find(R"({"row":"joined","account":"alice","group_id":"w"})"), std::string::npos);
  EXPECT_EQ(dump().output.find(R"({"row":"joined","account":"bob","group_id":"w"})"), std::string::npos);
}

TEST_F(Apply, DumpLeavesEveryFileAsItIs) {
  apply(create_g1 + join_g1);
  const auto before = files();
  EXPECT_EQ(dump().status, 0);
  EXPECT_EQ(dump({"--group", "g1", "--at", "1"}).status, 0);
  EXPECT_EQ(files(), before);
}

// show and search

class Show : public Apply {
 protected:
  void SetUp() override { apply(read_file(source_dir().string() + "/examples/book-club.jsonl")); }
  /// `muster show …` or `muster search …`, with the store.
  Ran ask(std::vector<std::string> arguments) {
    const auto at = arguments.begin() + (arguments.front() == "show" ? 2 : 1);
    arguments.insert(at, {"--db", db()});
    return run_muster(arguments);
  }
};

TEST_F(Show, ProfilesComeOneLineEachWithPerItemErrors) {
  const Ran ran = ask({"show", "group", "readers", "organisers", "evening", "--as", "otto"});
  EXPECT_EQ(ran.status, 0);
  const auto lines = lines_of(ran.output);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_NE(lines[0].find(R"("owner_account":"adam")"), std::string::npos);
  EXPECT_NE(lines[1].find(R"("rule":"group.visible")"), std::string::npos);
  EXPECT_NE(lines[2].find(R"("rule":"group.gone")"), std::string::npos);
  EXPECT_NE(
      ask({"show", "group", "organisers", "--as", "root", "--app-admin"}).output.find(R"("revision":5)"),
      std::string::npos);
}

TEST_F(Show, MembersComeInPagesByRole) {
  const auto lines = lines_of(ask({"show", "members", "readers", "--as", "mia", "--limit", "2"}).output);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_NE(lines[0].find(R"("member_account":"adam","role":"Owner")"), std::string::npos);
  ASSERT_NE(lines[2].find(R"({"next":")"), std::string::npos);
  const std::string cursor = lines[2].substr(9, lines[2].size() - 11);
  EXPECT_EQ(lines_of(ask({"show", "members", "readers", "--as", "mia", "--after", cursor}).output).size(),
            3U);
  EXPECT_EQ(lines_of(ask({"show", "members", "readers", "--as", "mia", "--role", "Owner"}).output).size(),
            1U);
  EXPECT_NE(ask({"show", "members", "readers", "--as", "rita"}).output.find(R"("rule":"show.member")"),
            std::string::npos);
  EXPECT_EQ(ask({"show", "members", "readers", "--as", "mia", "--role", "Boss"}).status, 2);
  EXPECT_EQ(ask({"show", "members", "readers"}).status, 2);
}

TEST_F(Show, IllFormedIdsAreRefusedItemByItem) {  // arguments.group-id arguments.form
  const auto lines =
      lines_of(ask({"show", "group", "a\xff", "readers", std::string(5000, 'g'), "--as", "otto"}).output);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_NE(lines[0].find(R"("error":"InvalidGroupId")"), std::string::npos);
  EXPECT_NE(lines[1].find(R"("group_id":"readers")"), std::string::npos);
  EXPECT_NE(lines[2].find(R"("error":"InvalidGroupId")"), std::string::npos);
  EXPECT_LT(lines[2].size(), 1000U);
  EXPECT_NE(ask({"show", "group", "readers", "--as", std::string(40, 'a')}).output.find(R"("field":"as")"),
            std::string::npos);
  for (const char* limit : {"0", "-1", "1001"})
    EXPECT_EQ(ask({"show", "members", "readers", "--as", "mia", "--limit", limit}).status, 2) << limit;
}

TEST_F(Show, ControlBytesAreShownNotSent) {
  const Ran ran =
      apply("{\"command\":\"QuitGroup\",\"caller\":\"x\",\"group\":\"a\\u001bb\"}\n", {"--format", "text"});
  EXPECT_EQ(ran.output.find('\x1b'), std::string::npos);
  EXPECT_NE(ran.output.find("a\\x1bb"), std::string::npos) << ran.output;
}

TEST_F(Show, ApplicationsJoinedGroupsAndSearch) {
  const auto applications = lines_of(ask({"show", "applications", "--as", "adam"}).output);
  ASSERT_EQ(applications.size(), 3U);
  EXPECT_EQ(applications[2], R"({"unread":0})");
  const auto joined = lines_of(ask({"show", "joined", "nina"}).output);
  ASSERT_EQ(joined.size(), 1U);
  EXPECT_EQ(
      joined[0],
      R"({"group_id":"readers","type":"Public","name":"Readers","role":"Member","join_time":1700000000000,"msg_flag":"AcceptAndNotify","unread":1})");
  EXPECT_NE(ask({"search", "readers", "--as", "otto"}).output.find(R"("group_id":"readers")"),
            std::string::npos);
  EXPECT_NE(ask({"search", "organisers", "--as", "mia"}).output.find(R"("rule":"group.visible")"),
            std::string::npos);
}

TEST_F(Show, WhoIsMuted) {  // mutes.member
  EXPECT_EQ(ask({"show", "mutes", "author-live", "--as", "root", "--app-admin"}).output,
            "{\"account\":\"otto\",\"mute_until\":253402300799000}\n");
  const std::string outside = ask({"show", "mutes", "author-live", "--as", "stranger"}).output;
  EXPECT_NE(outside.find(R"("group":"author-live")"), std::string::npos);
  EXPECT_NE(outside.find(R"("rule":"mutes.member")"), std::string::npos);
}

TEST_F(Show, FieldsSelectsTheCustomFieldsOfAProfile) {  // custom.known
  apply(
      R"({"command":"DefineGroupField","caller":"root","caller_kind":"app_admin","at":1700000800000,"key":"level","read":"Member","write":"Owner"})"
      "\n"
      R"({"command":"DefineGroupField","caller":"root","caller_kind":"app_admin","at":1700000800000,"key":"mood","read":"Anyone","write":"Owner"})"
      "\n"
      R"({"command":"DefineGroupField","caller":"root","caller_kind":"app_admin","at":1700000800000,"key":"city","read":"Anyone","write":"Owner"})"
      "\n"
      R"({"command":"SetGroupInfo","caller":"adam","at":1700000810000,"group":"readers","custom":{"level":"3","mood":"good","city":"Bonn"}})"
      "\n");
  const auto expect_shown = [&](const std::string& account, const std::vector<std::string>& fields,
                                const std::string& text) {
    std::vector<std::string> arguments{"show", "group", "readers", "--as", account};
    arguments.insert(arguments.end(), fields.begin(), fields.end());
    const std::string output = ask(arguments).output;
    EXPECT_NE(output.find(text), std::string::npos) << output;
  };
  expect_shown("mia", {}, R"("custom":{"city":"Bonn","level":"3","mood":"good"})");
  expect_shown("mia", {"--fields", "level"}, R"("custom":{"level":"3"})");
  expect_shown("mia", {"--fields", "mood,level"}, R"("custom":{"level":"3","mood":"good"})");
  expect_shown("stranger", {"--fields", "mood,level"}, R"("custom":{"mood":"good"})");
  expect_shown("mia", {"--fields", "mood,colour"}, R"("rule":"custom.known")");
}

TEST_F(Show, ReadingLeavesEveryFileAsItIs) {
  const auto before = files();
  ask({"show", "group", "readers", "--as", "otto"});
  ask({"show", "members", "readers", "--as", "mia"});
  ask({"show", "applications", "--as", "adam"});
  ask({"show", "joined", "nina"});
  ask({"search", "readers", "--as", "otto"});
  EXPECT_EQ(files(), before);
}

TEST_F(Show, TablesLineUp) {
  const Ran ran = ask({"show", "joined", "otto", "--format", "table"});
  EXPECT_EQ(ran.output,
            "  group_id       type       name     role    join_time      msg_flag         unread\n"
            "  @TGS#_library  Community  Library  Member  1700000710000  AcceptAndNotify  1\n"
            "  readers        Public     Readers  Member  1700000240000  AcceptAndNotify  3\n\n");
  EXPECT_EQ(dump({"--format", "rows"}).status, 2);
}

TEST_F(Show, ResultsAreToldToPeople) {
  const Ran ran = apply(R"({"command":"QuitGroup","caller":"nobody","group":"readers"})"
                        "\n",
                        {"--format", "text"});
  EXPECT_EQ(ran.output.find("nobody QuitGroup readers"), 0U);
  EXPECT_NE(ran.output.find("no: NotMember (quit.member)"), std::string::npos);
}

TEST_F(Show, AStoreUnderOtherRulesIsShownUnderThem) {
  const std::string rules = (folder.path() / "rules.json").string();
  std::ofstream{rules} << R"({"types":[{"name":"Public","exact_search":false}]})";
  EXPECT_NE(ask({"search", "readers", "--as", "otto"}).output.find(R"("group_id":"readers")"),
            std::string::npos);
  apply(R"({"command":"PostMessage","caller":"mia","group":"readers"})"
        "\n",
        {"--rules", rules});
  EXPECT_NE(ask({"search", "readers", "--as", "otto"}).output.find(R"("rule":"group.visible")"),
            std::string::npos);
}

// The program that docs/embedding.md explains.
TEST_F(Apply, TheProgramInTheDocsIsTheOneThatRuns) {
  const std::string page = read_file(source_dir().string() + "/docs/embedding.md");
  const std::string program = read_file(source_dir().string() + "/examples/embed/main.cpp");
  EXPECT_NE(page.find("```cpp\n" + program + "```"), std::string::npos);
}

TEST_F(Apply, TheEmbeddedExampleRunsTwice) {
  const std::string embed = std::filesystem::path{muster_binary()}.parent_path() / "embed";
  const Ran first = run_program({embed, db()});
  EXPECT_EQ(first.status, 0);
  EXPECT_NE(first.output.find("olive creates: yes GroupCreated"), std::string::npos);
  EXPECT_NE(first.output.find("mia posts: NotMember by post.member"), std::string::npos) << first.output;
  EXPECT_NE(first.output.find("member `olive` Owner"), std::string::npos);
  const Ran second = run_program({embed, db()});
  EXPECT_EQ(second.status, 0);
  EXPECT_NE(second.output.find("(answered from before)"), std::string::npos);
  EXPECT_EQ(run_program({embed}).status, 2);
}

TEST_F(Apply, DumpMakesNoStore) {
  const Ran ran = dump();
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(ran.error.find("not found"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(db()));
}

}  // namespace
}  // namespace muster::test
