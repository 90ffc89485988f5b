#!/usr/bin/env bash
# Applies one fault after another to a copy of the tree, and runs the tests that must find it.
# run.sh SOURCE FOLDER LIST [NAME...]: FOLDER has the copy and its build; only those of NAME if any is given.
# Exit status 3 when a fault was not found.
set -euo pipefail
source=$1 folder=$2 list=$3
shift 3
tree=$folder/tree build=$folder/build

say() { printf '%s\n' "$*" >&2; }

# The tree as it is; files keep their times, so that only what differs is built again.
refresh() {
  rm -rf "$tree"
  mkdir -p "$tree"
  (cd "$source" && git ls-files --cached --others --exclude-standard -z | tar --create --null --files-from=- --file=-) |
    tar --extract --directory="$tree" --file=-
  # What was built last of these may have had a fault.
  (cd "$tree" && sed -n 's/^== \S* \(\S*\) .*/\1/p' "$list" | sort -u | xargs touch)
}

# apply NAME: changes the file, and keeps what it was in `original`; prints its name and the tests. Fails when the text
# is not there once.
apply() {
  perl - "$tree/$list" "$1" "$tree" "$folder/original" <<'PERL'
use strict;
my ($list, $name, $tree, $original) = @ARGV;
open(my $in, '<', $list) or die "$list: $!";
my ($file, @tests, $from, $to);
while (<$in>) {
  if (/^== (\S+) (\S+) (.*)$/) { last if $file; ($file, @tests) = ($2, split(' ', $3)) if $1 eq $name; next; }
  next unless $file;
  $from .= substr($_, 2) if /^- /;
  $to .= substr($_, 2) if /^\+ /;
}
die "there is no mutant `$name`\n" unless $file;
open(my $source, '<', "$tree/$file") or die "$file: $!";
local $/;
my $text = <$source>;
my $count = () = $text =~ /\Q$from\E/g;
die "$name: the text is $count times in $file\n" unless $count == 1;
open(my $kept, '>', $original) or die "$original: $!";
print $kept $text;
$text =~ s/\Q$from\E/$to/;
open(my $out, '>', "$tree/$file") or die "$file: $!";
print $out $text;
print "$file @tests\n";
PERL
}

# How the mutant fared: found, survived, or why it could not be tried.
try() {
  local binary
  for binary in "$@"; do
    cmake --build "$build" --target "tests_$binary" -- --quiet >"$folder/build.txt" 2>&1 || { echo "does not build"; return; }
    timeout 240 "$build/bin/tests_$binary" --gtest_fail_fast --gtest_brief=1 >"$folder/tests.txt" 2>&1 || { echo found; return; }
  done
  echo survived
}

refresh
# What a fault leaves unused is no reason not to build it.
unused=$(printf -- '-Wno-error=%s ' unused-variable unused-but-set-variable unused-function unused-parameter)
(cd "$tree" && cmake --preset release -B "$build" -DCMAKE_CXX_FLAGS="$unused" >/dev/null)
mapfile -t names < <(if [ $# -gt 0 ]; then printf '%s\n' "$@"; else sed -n 's/^== \(\S*\) .*/\1/p' "$tree/$list"; fi)
# Without a fault everything passes; else whatever fails anyway would count as a fault that was found.
mapfile -t binaries < <(sed -n 's/^== \S* \S* //p' "$tree/$list" | tr ' ' '\n' | sort -u)
outcome=$(try "${binaries[@]}")
[ "$outcome" = survived ] || { say "the tests do not pass without a fault: $outcome"; cat "$folder/tests.txt" >&2; exit 1; }
found=0 survivors=() broken=()
for name in "${names[@]}"; do
  read -r file tests < <(apply "$name") || { say "cannot be applied: $name"; exit 1; }
  # shellcheck disable=SC2086
  outcome=$(try $tests)
  cp "$folder/original" "$tree/$file"
  printf '%-45s %s\n' "$name" "$outcome"
  case $outcome in
    found) found=$((found + 1)) ;;
    survived) survivors+=("$name") ;;
    *) cat "$folder/build.txt" >&2; broken+=("$name") ;;
  esac
done
echo "$found of ${#names[@]} found"
[ ${#broken[@]} -eq 0 ] || { echo "do not build: ${broken[*]}"; exit 1; }
[ ${#survivors[@]} -eq 0 ] || { echo "survived: ${survivors[*]}"; exit 3; }
