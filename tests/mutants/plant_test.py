"""That plant.py finds the places for faults, and leaves the rest of the code as it is. Part of ./dev test."""

import pathlib
import sys
import textwrap
import unittest

import domain
import plant

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def planted(body):
    """A function with this body, with its faults, without the lines around it."""
    text, faults = plant.plant("domain/f.cpp", f"bool f(Decider& d, int a, int b) {{\n{textwrap.indent(body, '  ')}\n}}\n", 1)
    inside = text[text.index("{\n") + 2:text.rindex("\n}")]
    return "\n".join(line.strip() for line in inside.split("\n")), [f"{fault.what} [{fault.kind}]" for fault in faults]


class Code(unittest.TestCase):
    def expect(self, body, text, faults):
        self.assertEqual(planted(body), (text, faults))

    def test_a_comparison_takes_its_operands(self):
        self.expect("return a + b * 2 < d.most(a, b);",
                    "return planted::less(1, a + b * 2 , d.most(a, b));", ["< to <= [boundary]"])
        self.expect("return d.find<Row>({a, b}) == nullptr;",
                    "return planted::equal(1, d.find<Row>({a, b}) , nullptr);", ["== to != [equality]"])

    def test_a_connective_still_evaluates_its_right_side_only_when_needed(self):
        self.expect("return a && b;",
                    "return (planted::on(1) != ((planted::on(1) != planted::is(a )) && "
                    "(planted::on(1) != planted::is( b))));", ["&& to || [logic]"])

    def test_a_negation_takes_what_binds_to_it(self):
        self.expect("return !d.has(a);", "return planted::negated(1, d.has(a));", ["without ! [negation]"])

    def test_a_check_can_be_removed(self):
        self.expect("if (a) return d.refuse(rule);", "if (planted::passes(1, a)) return d.refuse(rule);", ["never [check]"])
        self.expect("return a || d.refuse(rule);",
                    "return (planted::on(1) != ((planted::on(1) != planted::is(a )) || "
                    "(planted::on(1) != planted::is( planted::on(2) || d.refuse(rule)))));",
                    ["|| to && [logic]", "passes [check]"])
        self.expect("if (auto refused = g(a)) return refused;",
                    "if (planted::off(1)) if (auto refused = g(a)) return refused;", ["never [check]"])

    def test_a_statement_can_be_skipped_but_a_declaration_not(self):
        self.expect("d.record(a);\nRow row(a);\nRow& other = d.row();\nother.b = b;",
                    "planted::off(1) ? void(d.record(a)) : void();\nRow row(a);\nRow& other = d.row();\n"
                    "planted::off(2) ? void(other.b = b) : void();", ["skipped [statement]", "skipped [statement]"])

    def test_what_is_decided_when_compiling_has_no_fault(self):
        for body in ("static_assert(sizeof(a) < 5);", "if constexpr (is<T> && small<T>) return a;",
                     "constexpr bool small = sizeof(a) < 5;", "std::vector<std::pair<int, int>> list;"):
            self.expect(body, body, [])

    def test_a_member_of_a_specification_can_be_missing(self):
        text, faults = plant.plant("domain/f.cpp", "constinit const CommandSpec<C> C::spec{.cell = cell<&T::x>,\n.emit = emit};", 7)
        self.assertEqual(text.split("\n", 1)[1],
                         "[[gnu::init_priority(200)]] const CommandSpec<C> C::spec{"
                         ".cell = planted::member(7, CommandSpec<C>{}.cell, cell<&T::x>),\n.emit = emit};")
        self.assertEqual([fault.name for fault in faults], ["domain/f.cpp:1 without .cell"])

    def test_a_limit_can_be_one_more_or_one_less(self):
        text, faults = plant.plant("domain/f.cpp", "constexpr std::size_t most = 64;", 1)
        self.assertIn("const std::size_t most = planted::number<std::size_t>(1, 2, 64);", text)
        self.assertEqual([fault.what for fault in faults], ["most one more", "most one less"])

    def test_equal_faults_of_a_line_are_numbered(self):
        _, faults = plant.plant("domain/f.cpp", "bool f(int a) {\n  return a < 1 || a < 2;\n}\n", 1)
        self.assertEqual([fault.name for fault in faults if "<" in fault.what],
                         ["domain/f.cpp:2 < to <=", "domain/f.cpp:2 < to <= (2)"])


class Tree(unittest.TestCase):
    """The tool fits the domain as it is now."""

    @classmethod
    def setUpClass(cls):
        cls.faults = []
        for name in sorted(path.relative_to(SOURCE).as_posix() for path in (SOURCE / "domain").rglob("*.?pp")):
            cls.faults += domain.planted(name, (SOURCE / name).read_text(), len(cls.faults))[1]

    def test_every_header_and_file_that_is_named_is_there(self):
        for name in [f"{header}.hpp" for header in domain.HEADERS] + domain.WITHOUT + [file for file, _, _ in domain.HOOKS]:
            self.assertTrue((SOURCE / "domain" / name).exists(), name)

    def test_the_domain_has_many_faults_of_every_kind(self):
        kinds = [fault.kind for fault in self.faults]
        self.assertGreater(len(kinds), 1500)
        for kind in ("boundary", "equality", "logic", "negation", "check", "branch", "statement", "specification", "limit",
                     "number", "extreme"):
            self.assertGreater(kinds.count(kind), 9, kind)

    def test_no_two_faults_have_one_name(self):
        self.assertEqual(len({fault.name for fault in self.faults}), len(self.faults))
        self.assertEqual(len({fault.key for fault in self.faults}), len(self.faults))

    def test_what_is_explained_is_there(self):
        keys = {fault.key for fault in self.faults}
        for key in domain.explained_survivors(SOURCE / "tests/mutants/domain-survivors.txt"):
            if key.startswith("domain/"):
                self.assertIn(key, keys, "domain-survivors.txt explains a fault that is no longer there")


if __name__ == "__main__":
    sys.exit(unittest.main())
