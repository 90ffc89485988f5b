"""Tries faults in the domain, one at a time, and counts those that the tests find: ./dev campaign mutants.

The faults are planted into a copy of the tree, in FOLDER, and built once (plant.py). Then the tests run once for each fault,
with the environment variable MUSTER_MUTANT naming it. Exit status 3 when a fault survives that domain-survivors.txt does not
explain.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import re
import resource
import subprocess
import sys

import plant

# Headers with decisions in them that nothing outside domain/ includes, or little does. The public headers are not
# planted: nearly every file of the tree would have to be built again.
HEADERS = ["app/custom_fields", "app/policies", "core/announcer", "core/decider", "core/folder", "core/strings",
           "groups/member_ceiling", "lifecycle/group_machine", "membership/member_profiles", "messages/mutes",
           "messages/topics"]
# The machines are tables (their rows are faults of their own), and the catalogue of rules decides nothing.
WITHOUT = ["rule_catalog.cpp"] + [f"lifecycle/{name}.cpp" for name in
                                  ("machines", "work", "public", "meeting", "avchatroom", "community")]
# What else is changed in the copy: (file, text, the text instead).
HOOKS = [
    ("rules/table.cpp", "static const Rules rules{.types = make_types(), .plans = make_plans()};",
     "static const Rules rules = planted::changed({.types = make_types(), .plans = make_plans()});"),
    ("lifecycle/machines.cpp", "const Command& command) {\n  switch (base)",
     "const Command& command) {\n  if (planted::row_is_missing(base, from, command)) return {Handled::unsupported, from};\n"
     "  switch (base)"),
    ("lifecycle/machines.cpp", "#include <cassert>\n", "#include <cassert>\n#include <muster/domain/planted_rows.hpp>\n"),
    ("core/arguments.cpp", "text.value.size() < Min", "text.value.size() < planted::low(field, Min, Max)"),
    ("core/arguments.cpp", "text.value.size() > Max", "text.value.size() > planted::high(field, Min, Max)"),
    ("core/arguments.cpp", "list.size() > Max", "list.size() > planted::high(field, Min, Max)"),
    ("core/arguments.cpp", "list.size() < Min", "list.size() < planted::low(field, Min, Max)"),
]
# The tests that are run, those of them that there are, in this order: what one finds is not tried on the next.
TESTS = (pathlib.Path(__file__).resolve().parents[1] / "CMakeLists.txt").read_text()
BINARIES = [name for name in ("domain", "spec", "reference", "json", "projections") if f"muster_test({name}" in TESTS]
# Tests that only type the tables again find any change of a cell. Others are asked first.
TABLE_TESTS = ["Rules.TheDefaultDocumentIsTheTableCellForCell", "Rules.ThePlansAreTheTableOfSectionTwelve"]
SLOW_TESTS = ["ConstantWork.*"]
TEST_SECONDS = 60
TEST_MEMORY = 4 << 30


def say(text):
    print(text, file=sys.stderr, flush=True)


def tracked_files(source):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=source, check=True,
                            stdout=subprocess.PIPE).stdout.decode()
    return [name for name in listed.split("\0") if name and (source / name).is_file()]


def write(path, data):
    """Leaves a file alone that has the same bytes, so that it is not built again."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def planted(name, source, number):
    """The text of a file of the domain with its faults, and the faults; their lines read as in the source."""
    hooks = [(before, after) for file, before, after in HOOKS if f"domain/{file}" == name]
    text = source
    for before, after in hooks:
        if text.count(before) != 1:
            sys.exit(f"domain.py: {name} does not have this text once: {before}")
        text = text.replace(before, after)
    text, faults = plant.plant(name, text, number) if is_planted(name) else (text, [])
    for fault in faults:
        for before, after in hooks:
            fault.source = fault.source.replace(after, before)
    return text, faults


def is_planted(name):
    file = name.removeprefix("domain/")
    if file == name or file in WITHOUT:
        return False
    return file.endswith(".cpp") or file.endswith(".hpp") and file.removesuffix(".hpp") in HEADERS


def copy_and_plant(source, tree):
    """The copy of the tree, with faults. Returns those in the code."""
    faults, wanted = [], set()
    for name in sorted(tracked_files(source)):
        data = (source / name).read_bytes()
        if name.startswith("domain/") and name.endswith("pp"):
            text, found = planted(name, data.decode(), len(faults))
            faults += found
            data = text.encode()
        if name == "CMakeLists.txt":
            # What a fault leaves unused, or compares, is no reason not to build it.
            data += b"\ntarget_compile_options(muster_domain PRIVATE -w)\n"
        write(tree / name, data)
        os.chmod(tree / name, os.stat(source / name).st_mode)
        wanted.add(name)
    for name in ("planted.hpp", "planted.cpp", "planted_rows.hpp"):
        write(tree / "domain" / name, (source / "tests/mutants/planted" / name).read_bytes())
        wanted.add(f"domain/{name}")
    for path in [path for path in tree.rglob("*") if path.is_file()]:
        name = str(path.relative_to(tree))
        if name not in wanted and not name.startswith("build/"):
            path.unlink()
    return faults


def build(tree):
    # Whatever has no fault in it is in the compiler cache already, under the same relative names.
    environment = dict(os.environ, CCACHE_BASEDIR=str(tree))
    folder = tree / "build/release"
    if not (folder / "build.ninja").exists():
        subprocess.run(["cmake", "--preset", "release"], cwd=tree, env=environment, check=True, stdout=subprocess.DEVNULL)
    lock = os.environ.get("MUSTER_BUILD_LOCK")  # for machines on which builds wait for one another
    command = ["cmake", "--build", str(folder), "-j", jobs(), "--target", *[f"tests_{name}" for name in BINARIES], "--",
               "--quiet"]
    subprocess.run((["flock", lock] if lock else []) + command, cwd=tree, env=environment, check=True)
    return folder / "bin"


def jobs():
    return os.environ.get("MUSTER_JOBS") or str(os.cpu_count())


def run(binary, arguments, environment):
    """The test that found something; None when all passed. Properties draw the same examples every time."""
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (TEST_MEMORY, TEST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        done = subprocess.run([str(binary), "--gtest_fail_fast", "--gtest_brief=1", *arguments], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TEST_SECONDS, preexec_fn=limit,
                              env=dict(os.environ, RC_PARAMS="seed=1", **environment))
    except subprocess.TimeoutExpired:
        return "a timeout"
    if done.returncode == 0:
        return None
    failed = re.search(rb"\[  FAILED  \] ([\w/.]+)", done.stdout)
    if failed:
        return failed.group(1).decode()
    return "a crash" if done.returncode < 0 else "the end of the run"


class Fault:
    """A fault as it is tried: one in the code, or one that has a name."""

    def __init__(self, kind, name, key, wakes, reached):
        self.kind, self.name, self.key, self.wakes, self.reached = kind, name, key, wakes, reached

    def try_on(self, binaries):
        """(found, by what)"""
        environment = {"MUSTER_MUTANT": self.wakes}
        def tests(name, *filters):
            return run(binaries / f"tests_{name}", filters, environment)
        if "domain" in self.reached:
            by = tests("domain", "--gtest_filter=-" + ":".join(SLOW_TESTS + TABLE_TESTS))
            if not by and self.kind in ("cell", "plan"):
                by = tests("domain", "--gtest_filter=" + ":".join(TABLE_TESTS))
                if by:
                    return True, "the table"
            by = by or tests("domain")
            if by:
                return True, by
        for name in self.reached:
            if name != "domain":
                by = tests(name)
                if by:
                    return True, by
        return False, "" if self.reached else "never reached"


def faults_of(binaries, in_code, folder):
    """All faults, by a run of the tests without any: which tests reach which, and those that have names."""
    reached, named = collections.defaultdict(list), set()
    for name in BINARIES:
        record = folder / "met.txt"
        record.unlink(missing_ok=True)
        failed = run(binaries / f"tests_{name}", [], {"MUSTER_MUTANTS": str(record)})
        if failed:
            sys.exit(f"domain.py: the tests do not pass without a fault: {failed} of tests_{name}")
        for line in record.read_text().splitlines():
            if line.startswith("reached "):
                reached[int(line.split()[1])].append(name)
            else:
                named.add(line)
    faults = [Fault(fault.kind, fault.name, fault.key, str(fault.number), reached[fault.number]) for fault in in_code]
    return faults + [Fault(name.split()[0], name, name, name, BINARIES) for name in sorted(named)]


def explained_survivors(path):
    """Key to reason, of the survivors that are known."""
    reasons, key = {}, None
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.startswith("== "):
            key = line[3:]
            reasons[key] = ""
        elif key is not None and line.startswith("- "):
            reasons[key + "\n" + line[2:].strip()] = reasons.pop(key)
            key += "\n" + line[2:].strip()
        elif key is not None and line.strip():
            reasons[key] = (reasons[key] + " " + line.strip()).strip()
    unexplained = [key for key, reason in reasons.items() if not reason]
    if unexplained:
        sys.exit(f"domain.py: {path} has no reason for: {unexplained}")
    return reasons


def digest_of(source):
    """Of the code with faults, and of what plants them: outcomes stay true as long as it is the same."""
    hashed = hashlib.sha256()
    for name in sorted(tracked_files(source)):
        if name.startswith(("domain/", "tests/mutants/plan")):
            hashed.update(name.encode() + b"\0" + (source / name).read_bytes() + b"\0")
    return hashed.hexdigest()


class Outcomes:
    """What earlier runs found, so that a run that was stopped goes on."""

    def __init__(self, path, digest, afresh):
        self.path, self.digest, self.found = path, digest, {}
        if path.exists() and not afresh:
            stored = json.loads(path.read_text())
            if stored["digest"] == digest:
                self.found = stored["found"]

    def add(self, key, by):
        self.found[key] = by
        if len(self.found) % 50 == 0:
            self.save()

    def save(self):
        self.path.write_text(json.dumps({"digest": self.digest, "found": self.found}, indent=0))


def report(faults, found, explained):
    rows = collections.defaultdict(lambda: [0, 0, 0])
    for fault in faults:
        row = rows[fault.kind]
        row[0] += 1
        row[1] += fault.key in found
        row[2] += fault.key not in found and fault.key in explained
    rows["all"] = [sum(row[i] for row in rows.values()) for i in range(3)]
    print(f"{'kind':<15}{'tried':>7}{'found':>7}{'explained':>11}{'not':>5}")
    for kind, (tried, found_here, known) in rows.items():
        print(f"{kind:<15}{tried:>7}{found_here:>7}{known:>11}{tried - found_here - known:>5}")
    tried, found_all, known = rows["all"]
    by_table = sum(1 for fault in faults if found.get(fault.key) == "the table")
    print(f"{found_all} of {tried} found, {100 * found_all / max(tried, 1):.1f} %; without the explained ones "
          f"{100 * found_all / max(tried - known, 1):.1f} %. {by_table} cells were found by the typed table alone.")


def arguments():
    parser = argparse.ArgumentParser(prog="./dev campaign mutants", description="Tries faults in the domain.")
    parser.add_argument("pattern", nargs="?", default="", help="only faults with this regular expression in their name or kind")
    parser.add_argument("--sample", type=int, metavar="N", help="only N of them, drawn at random")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the sample; 1 unless told")
    parser.add_argument("--afresh", action="store_true", help="forget what earlier runs found")
    parser.add_argument("--list", action="store_true", help="print the names, try none")
    parser.add_argument("--source", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    options = arguments()
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    in_code = copy_and_plant(options.source, folder / "tree")
    explained = explained_survivors(options.source / "tests/mutants/domain-survivors.txt")
    binaries = build(folder / "tree")
    every = faults_of(binaries, in_code, folder)
    faults = [fault for fault in every if re.search(options.pattern, f"{fault.name} [{fault.kind}]")]
    if options.sample is not None:
        faults = random.Random(options.seed).sample(faults, min(options.sample, len(faults)))
    if options.list:
        for fault in faults:
            print(f"{fault.name} [{fault.kind}]")
        return 0

    outcomes = Outcomes(folder / "outcomes.json", digest_of(options.source), options.afresh)
    left = [fault for fault in faults if fault.key not in outcomes.found]
    say(f"{len(faults)} faults, {len(left)} to try")
    with concurrent.futures.ThreadPoolExecutor(int(jobs())) as pool:
        tried = {pool.submit(fault.try_on, binaries): fault for fault in left}
        for count, done in enumerate(concurrent.futures.as_completed(tried), 1):
            fault, (found, by) = tried[done], done.result()
            if found:
                outcomes.add(fault.key, by)
            elif fault.key not in explained:
                print(f"survived: {fault.name} [{fault.kind}]{' ' + by if by else ''}", flush=True)
            if count % 200 == 0:
                say(f"{count} of {len(left)}")
    outcomes.save()
    report(faults, outcomes.found, explained)

    keys = {fault.key for fault in every}
    for key in explained:
        if key not in keys or key in outcomes.found:
            print(f"explained, but {'found' if key in keys else 'no longer there'}: {key}")
    return 3 if any(fault.key not in outcomes.found and fault.key not in explained for fault in faults) else 0


if __name__ == "__main__":
    sys.exit(main())
