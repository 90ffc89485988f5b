#pragma once

#include <filesystem>
#include <string>

#include <boost/json/object.hpp>

#include <muster/cli/row_output.hpp>
#include <muster/domain/rows.hpp>

namespace muster::cli {

struct DumpOptions {
  std::filesystem::path db;
  std::string group;  // empty: all rows
  Format format = Format::json;
  std::string at;  // as for parse_point_in_time(); empty: now
};

/// The app's settings and a topic, as `dump` and `show` print them.
boost::json::object app_object(const AppRow& row);
boost::json::object topic_object(const GroupTopic& key, const TopicRow& row);

/// `muster dump`: prints every read-model row on standard output, by kind, then by key. Returns the exit
/// status. Throws StoreError; UsageError if `at` is not a point in time of the store.
int dump(const DumpOptions& options);

}  // namespace muster::cli
