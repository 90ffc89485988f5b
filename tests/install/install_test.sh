#!/usr/bin/env bash
# Installs muster into a folder of its own, and uses it from there as an embedder would: with CMake and with
# pkg-config, with g++ and with clang++, from a copy of examples/embed outside of the tree.
#
#   install_test.sh SOURCE_DIR BUILD_DIR headers|embed
set -euo pipefail
source_dir=$1 build_dir=$2 what=$3
work=$(mktemp -d "${TMPDIR:-/tmp}/muster-install.XXXXXX")
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix

fail() { printf 'install_test: %s\n' "$*" >&2; exit 1; }

cmake --install "$build_dir" --prefix "$prefix" >/dev/null
export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name muster.pc)")

# Every public header compiles alone (with clang++, which is quicker at it), and drags nothing in that is muster's own
# affair; all together please g++ too.
headers() {
  local header name depends flags count=0
  flags=$(pkg-config --cflags muster)
  while read -r header; do
    name=${header#"$prefix/include/"}
    printf '#include <%s>\n#include <%s>\n' "$name" "$name" > "$work/alone.cpp"
    printf '#include <%s>\n' "$name" >> "$work/all.cpp"
    # shellcheck disable=SC2086
    depends=$(clang++ $flags -Wall -Wextra -Werror -fsyntax-only -MD -MF /dev/stdout "$work/alone.cpp") ||
      fail "$name does not compile alone"
    if grep -oE '/(rocksdb|boost/(msm|json)|fmt|openssl|CLI)/[^ ]*' <<< "$depends"; then fail "$name includes these"; fi
    count=$((count + 1))
  done < <(find "$prefix/include/muster" -name '*.hpp' | sort)
  # CMakeLists.txt lists them, with version.hpp: an embedder should not have to learn more.
  [ "$count" -eq 29 ] || fail "$count headers are installed, not 29"
  # shellcheck disable=SC2086
  g++ $flags -Wall -Wextra -Werror -fsyntax-only "$work/all.cpp"
  # Nor does one name what it does not include.
  if grep -rnE 'rocksdb::|boost::(msm|json)|OpenSSL|EVP_' "$prefix/include"; then fail "public headers name these"; fi
  echo "$count public headers compile alone"
}

# A fresh store each: what the program says is what docs/embedding.md says it does.
run_embed() {
  local program=$1 store
  store=$(mktemp -d "$work/store.XXXXXX")
  "$program" "$store/db" > "$store/first" || fail "$program failed"
  "$program" "$store/db" > "$store/second" || fail "$program failed the second time"
  grep -qx 'mia applies: yes JoinRequested' "$store/first" || fail "$program: $(cat "$store/first")"
  grep -qx 'member `mia` Member' "$store/first" || fail "$program: $(cat "$store/first")"
  grep -qx 'olive creates: yes GroupCreated (answered from before)' "$store/second" || fail "$program: $(cat "$store/second")"
}

embed() {
  local compiler
  cp -r "$source_dir/examples/embed" "$work/embed"
  # Not even by accident may the tree be found.
  if grep -rn "$source_dir\|$build_dir" "$prefix"/include "$prefix"/lib*/cmake "$PKG_CONFIG_PATH"; then fail "the tree is named"; fi
  for compiler in g++ clang++; do
    cmake -S "$work/embed" -B "$work/$compiler" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
      -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release >/dev/null
    cmake --build "$work/$compiler" -- --quiet
    run_embed "$work/$compiler/embed"
  done
  # The installed tree may be moved: pkg-config finds it by where its file lies.
  mv "$prefix" "$work/elsewhere"
  PKG_CONFIG_PATH=${PKG_CONFIG_PATH/"$prefix"/"$work/elsewhere"}
  # shellcheck disable=SC2046
  g++ "$work/embed/main.cpp" $(pkg-config --cflags --libs muster) -o "$work/by-pkg-config"
  run_embed "$work/by-pkg-config"
  [ "$("$work/elsewhere/bin/muster" --version)" = "muster $(pkg-config --modversion muster)" ] || fail "versions differ"
  echo "examples/embed runs from an installed prefix: g++, clang++, pkg-config"
}

"$what"
