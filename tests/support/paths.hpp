#pragma once

#include <filesystem>
#include <string>

/// Where the tests find the tree and the tool. One source file knows, so that all others compile to the same
/// bytes wherever the tree is, and a cache of compilations serves every clone.
namespace muster::test {

/// The tree's own folder.
const std::filesystem::path& source_dir();
/// The `muster` that was built with the tests.
const std::string& muster_binary();

}  // namespace muster::test
