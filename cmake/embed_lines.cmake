# cmake -DFROM=TEXT -DTO=SOURCE -DHEADER=HEADER -DNAME=NAME -P embed_lines.cmake
# Writes a source file that defines muster::NAME, which HEADER declares: the lines of a text file. Each line is a
# literal of its own, since a compiler need not take one of more than 64 KiB.
cmake_minimum_required(VERSION 3.25)
file(READ "${FROM}" lines)
string(REGEX REPLACE "\n$" "" lines "${lines}")
string(REPLACE "\n" ")muster\",\n    R\"muster(" lines "${lines}")
file(WRITE "${TO}" "// Written by cmake/embed_lines.cmake.
#include <${HEADER}>

namespace muster {
namespace {

constexpr std::string_view lines[]{
    R\"muster(${lines})muster\"};

}  // namespace

constinit const std::span<const std::string_view> ${NAME}{lines};

}  // namespace muster
")
