#!/usr/bin/env python3
"""Computes the amount in an explanation file again, with nothing but the file and Python's standard library.

    voortgang funding explain r1 16SW03 --export 16SW03.json [--with-population]
    tools/verify-explanation.py 16SW03.json

It starts from the leaves (parameters and inputs), computes every step of every formula with exact fractions, reads the
formulas themselves and computes them from their text, rounds, spreads and adds up, and holds each outcome against what
the file says. Figures over all recipients (a top share, what a pot is divided by) are computed where the file has all
recipients (--with-population), and else taken from the file and marked "?". It was written apart from the service, in
another language; a formula is read in class Parser and computed in class Formula. The members of the file are described
in services/funding/README.md. Exit status: 0 everything agrees, 1 something differs, 2 the file is no explanation.
"""

import datetime
import hashlib
import json
import math
import re
import sys
from fractions import Fraction

ABSENT = ("absent",)  # A value that is not known; never 0.
faults = 0


def check(agrees, what, otherwise=""):
    global faults
    faults += not agrees
    print(("ok     " if agrees else "WRONG  ") + what + ("" if agrees else f": {otherwise}"))


def read(value):
    """{"number": "2/37"} to a Fraction, {"text": "bo"} to "bo", {"absent": "suppressed"} to ABSENT."""
    (kind, content), = value.items()
    if kind == "number":
        return Fraction(content)
    if kind == "list":
        return [read(item) for item in content]
    if kind == "map":
        return {key: read(item) for key, item in content.items()}
    return ABSENT if kind == "absent" else content


def rounded(number, places, rule):
    """`number` to `places` decimals. The rules are those of commercial life, and half_even."""
    scaled = abs(number) * Fraction(10) ** places
    whole, rest = scaled // 1, scaled % 1
    away = {"half_away_from_zero": rest >= Fraction(1, 2), "down": False, "up": rest > 0,
            "half_even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1),
            "floor": rest > 0 and number < 0, "ceiling": rest > 0 and number > 0}[rule]
    return (whole + away) / Fraction(10) ** places * (-1 if number < 0 else 1)


NUMBERS = {
    "*": math.prod, "+": sum, "sum": sum, "min": min, "max": max,
    "-": lambda n: -n[0] if len(n) == 1 else n[0] - n[1],
    "/": lambda n: n[0] / n[1], "%": lambda n: n[0] - n[1] * math.trunc(n[0] / n[1]),
    "<": lambda n: n[0] < n[1], "<=": lambda n: n[0] <= n[1], ">": lambda n: n[0] > n[1], ">=": lambda n: n[0] >= n[1],
    "floor": lambda n: Fraction(math.floor(n[0])), "ceil": lambda n: Fraction(math.ceil(n[0])), "abs": lambda n: abs(n[0]),
    "round": lambda n: rounded(n[0], int(n[1]) if len(n) > 1 else 0, "half_away_from_zero"),
}


# ---- The steps that the file shows. ----

def apply(op, node, parts, leaves):
    if op in ("name", "population"):
        if parts:  # A definition, or a rank: its steps are shown where it is first used.
            leaves[node["name"]] = parts[0]
        return leaves[node["name"]] if node["name"] in leaves else read(node["value"])
    if op == "literal":
        return read(node["value"])
    if op == "has":
        return parts[0] != ABSENT
    if op == "orValue":
        return parts[-1] if parts[0] == ABSENT else parts[0]
    if op in ("&&", "||"):
        decisive = op == "||"
        return decisive if decisive in parts else ABSENT if ABSENT in parts else not decisive
    if ABSENT in parts:
        return ABSENT
    if op == "?:":
        return parts[-1]  # Only the branch that was chosen is in the file.
    if op == "list":
        return parts
    if op == "lookup":
        return parts[0].get(parts[1], ABSENT) if isinstance(parts[0], dict) else ABSENT
    if op == "!":
        return not parts[0]
    if op in ("==", "!="):
        return (parts[0] == parts[1]) == (op == "==")
    if op == "in":
        return parts[0] in parts[1]
    if op in NUMBERS:
        return NUMBERS[op](parts[0] if len(parts) == 1 and isinstance(parts[0], list) else parts)
    print("?      the step '" + node["formula"] + "' is taken as the file has it; its formula is computed below")
    return read(node["value"])


def compute(name, node, leaves):
    """The value of a step by its parts; complains if the file says another."""
    parts = [compute(name, part, leaves) for part in node.get("parts", [])]
    value = apply(node["op"], node, parts, leaves)
    if value != read(node["value"]):
        check(False, f"{name}: {node['formula']}", f"the file says {read(node['value'])}, computing gives {value}")
    return value


# ---- The formulas, from their text. ----

TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)(\s*%(?!\s*[\w(]))?|([A-Za-z_]\w*)|('[^'\\]*'|\"[^\"\\]*\")|(\|\||&&|[=!<>]=|.))", re.S)
LEVELS = [["||"], ["&&"], ["==", "!=", "<=", ">=", "<", ">", "in"], ["+", "-"], ["*", "/", "%"]]
OVER_ALL = {"sum": 1, "count": 1, "mean": 1, "min": 1, "max": 1, "top_share": 2}


class Parser:
    """Reads a formula into tuples: ("*", ("name", "rate.bo"), ("name", "pupils.bo"))."""

    def __init__(self, text):
        self.tokens = []
        for number, percent, name, quoted, sign in TOKEN.findall(text.rstrip()):
            self.tokens.append(("number", Fraction(number) / (100 if percent else 1)) if number else ("name", name) if name
                               else ("text", quoted[1:-1]) if quoted else ("sign", sign))
        self.tokens.append(("end", ""))

    def formula(self):
        tree = self.choice()
        self.expect("end", "")
        return tree

    def peek(self, *signs):
        return self.tokens[0][1] in signs and self.tokens[0][0] in ("sign", "name")

    def take(self, *signs):
        return self.tokens.pop(0)[1] if self.peek(*signs) else None

    def expect(self, kind, sign):
        if self.tokens.pop(0) != (kind, sign):
            raise ValueError(f"a formula has no '{sign or 'end'}' where it should")

    def choice(self):
        condition = self.level(0)
        if not self.take("?"):
            return condition
        chosen = self.choice()
        self.expect("sign", ":")
        return ("?:", condition, chosen, self.choice())

    def level(self, depth):
        if depth == len(LEVELS):
            return self.unary()
        tree = self.level(depth + 1)
        while self.peek(*LEVELS[depth]):
            tree = (self.take(*LEVELS[depth]), tree, self.level(depth + 1))
        return tree

    def unary(self):
        sign = self.take("!", "-")
        return (sign, self.unary()) if sign else self.member()

    def member(self):
        tree = self.primary()
        while self.peek(".", "["):
            if self.take("["):
                tree = ("lookup", tree, self.choice())
                self.expect("sign", "]")
                continue
            self.take(".")
            name = self.tokens.pop(0)[1]
            tree = ("call", name, [tree] + self.arguments("(", ")")) if self.peek("(") else ("field", tree, name)
        return tree

    def arguments(self, opening, closing):
        self.expect("sign", opening)
        found = []
        while not self.take(closing):
            word = self.tokens[0][1] if self.tokens[1][0] in ("name", "number", "text") or self.tokens[1][1] in ("(", "!") else ""
            if self.tokens[0] == ("name", word) and word in ("per", "where") and self.tokens[1:2] != [("sign", "(")]:
                self.tokens.pop(0)
                found.append((word, self.choice()))
            else:
                found.append(self.choice())
            if not self.peek(closing):
                self.expect("sign", ",")
        return found

    def primary(self):
        kind, value = self.tokens[0]
        if kind == "sign" and value == "[":
            return ("list", self.arguments("[", "]"))
        self.tokens.pop(0)
        if kind in ("number", "text"):
            return (kind, value)
        if kind == "sign" and value == "(":
            tree = self.choice()
            self.expect("sign", ")")
            return tree
        if kind != "name":
            raise ValueError(f"a formula has '{value}' where a value should be")
        if value in ("true", "false"):
            return ("truth", value == "true")
        if not self.peek("("):
            return ("name", value)
        parts = self.arguments("(", ")")
        plain = [part for part in parts if part[0] not in ("per", "where")]
        qualified = {part[0]: part[1] for part in parts if part[0] in ("per", "where")}
        listed = plain[0][0] in ("list", "call") and value in ("sum", "min", "max") if plain else False
        if OVER_ALL.get(value) == len(plain) and not listed:
            return ("over_all", value, *plain, qualified.get("per"), qualified.get("where"))
        return ("call", value, parts)


def months(start, end):
    """The months that begin from one day up to another."""
    def first(day):
        return day.year * 12 + day.month - (day.day == 1)
    return max(0, first(end) - first(start))


class Formula:
    """Computes formulas for one recipient: `leaves` are facts and parameters by name."""

    def __init__(self, file, leaves, over_all):
        scheme = file["scheme"]
        year = int(scheme["school_year"][:4])
        self.leaves = {**leaves, "school_year.start": f"{year}-08-01", "school_year.end": f"{year + 1}-08-01",
                       "reference_date": scheme["reference_date"]}
        self.definitions = {entry["name"]: entry["formula"] for entry in file["definitions"]}
        self.parameters = {entry["name"]: entry for entry in file["parameters"]}
        self.over_all = over_all  # What a call over all recipients comes to, for this formula.

    def of(self, text):
        """The value of a formula; ABSENT if it cannot be computed."""
        try:
            return self.value(Parser(text).formula())
        except ZeroDivisionError:
            return ABSENT

    def named(self, name):
        if name not in self.leaves and name in self.definitions:
            self.leaves[name] = self.value(Parser(self.definitions[name]).formula())
        return self.leaves.get(name)

    def path(self, tree):
        if tree[0] == "name":
            return tree[1]
        return f"{self.path(tree[1])}.{tree[2]}" if tree[0] == "field" and tree[1][0] in ("name", "field") else ""

    def value(self, tree):
        op = tree[0]
        if op in ("number", "text", "truth"):
            return tree[1]
        if op in ("name", "field"):
            known = self.named(self.path(tree))
            if known is not None:
                return known
            if op == "name":
                raise KeyError(f"the formulas read {tree[1]}, which is not in the file")
            table = self.value(tree[1])
            return ABSENT if table == ABSENT else table.get(tree[2], ABSENT)
        if op == "over_all":
            return self.over_all(tree, self)
        if op == "list":
            parts = [self.value(part) for part in tree[1]]
            return ABSENT if ABSENT in parts else parts
        if op == "?:":
            condition = self.value(tree[1])
            return ABSENT if condition == ABSENT else self.value(tree[2] if condition else tree[3])
        if op in ("&&", "||"):
            decisive, left = op == "||", self.value(tree[1])
            if left is decisive:
                return decisive
            right = self.value(tree[2])
            return decisive if right is decisive else ABSENT if ABSENT in (left, right) else not decisive
        if op == "call":
            return self.call(tree[1], tree[2])
        parts = [self.value(part) for part in tree[1:]]
        return apply(op, {}, parts, {})

    def call(self, name, arguments):
        if name == "weighted_sum":
            total, table = Fraction(0), self.value(arguments[0])
            for key in table:
                weight = self.value(("field", arguments[1], key))
                if weight == ABSENT:
                    return ABSENT
                total += table[key] * weight
            return total
        parts = [self.value(part) for part in arguments]
        if name in ("has", "orValue"):
            return apply(name, {}, parts, {})
        if ABSENT in parts:
            return ABSENT
        if name.endswith("_on") and name[:-3] in self.parameters:
            holding = [entry for entry in self.parameters[name[:-3]]["dated"] if entry["from"] <= parts[0]]
            return read(max(holding, key=lambda entry: entry["from"])["value"]) if holding else ABSENT
        if name in ("months", "year_share", "days_between"):
            start, end = map(datetime.date.fromisoformat, parts)
            if name == "days_between":
                return Fraction(max(0, (end - start).days))
            if name == "months":
                return Fraction(months(start, end))
            first, last = (datetime.date.fromisoformat(self.leaves[f"school_year.{side}"]) for side in ("start", "end"))
            return Fraction(months(max(start, first), min(end, last)), 12)
        return apply(name, {"formula": name}, parts, {}) if name in NUMBERS else self.beyond(name)

    def beyond(self, name):
        raise NotImplementedError(name)


# ---- Figures over all recipients. ----

class Population:
    """All recipients of the run, where the file has them."""

    def __init__(self, file, parameters):
        units = {entry["name"]: entry["unit"] for entry in file["inputs"]}
        self.figures, self.members = {}, []
        for code, *cells in file["population"]["rows"]:
            facts = {name: ABSENT if cell is None else Fraction(cell) if units[name] else cell
                     for name, cell in zip(file["population"]["facts"], cells)}
            self.members.append((code, Formula(file, {**parameters, **facts}, self.outcome)))

    def groups(self, call):
        """By group: the outcome of the call, or of a top share its threshold."""
        key = repr(call)
        if key in self.figures:
            return self.figures[key]
        _, function, value, *share, per, where = call
        by_group, unknown = {}, set()
        for _, member in self.members:
            group = member.value(per) if per else ""
            let_through = member.value(where) if where else True
            numbers = by_group.setdefault(group, [])
            if let_through is False:
                continue
            number = ABSENT if let_through == ABSENT else member.value(value)
            if number == ABSENT:
                unknown.add(group)
            elif function == "count":
                numbers.append(Fraction(1 if number else 0))
            else:
                numbers.append(number)
        result = {}
        for group, numbers in by_group.items():
            if group in unknown or ABSENT in by_group and by_group[ABSENT]:
                result[group] = ABSENT
            elif function in ("sum", "count"):
                result[group] = sum(numbers, Fraction(0))
            elif not numbers:
                result[group] = ABSENT
            elif function == "top_share":
                places = math.ceil(self.members[0][1].value(share[0]) * len(numbers))
                result[group] = sorted(numbers, reverse=True)[places - 1]
            else:
                result[group] = sum(numbers) / len(numbers) if function == "mean" else NUMBERS[function](numbers)
        self.figures[key] = result
        return result

    def outcome(self, call, formula):
        _, function, value, *_, per, where = call
        if function == "top_share" and where and formula.value(where) is not True:
            return formula.value(where)
        figure = self.groups(call).get(formula.value(per) if per else "", ABSENT)
        if function != "top_share" or figure == ABSENT:
            return figure
        own = formula.value(value)
        return ABSENT if own == ABSENT else own >= figure

    def shares(self, component, group):
        """What each member of a group gets of a pot, by code."""
        rule, rounding = component["distribution"], component["rounding"]
        parts, pot = {}, Fraction(0)
        for code, member in self.members:
            if component["condition"] and member.of(component["condition"]) is not True:
                continue
            if rule["per"] and member.of(rule["per"]) != group:
                continue
            parts[code], pot = member.of(rule["by"]), member.of(rule["pot"])
        whole = sum(parts.values())
        if not whole or not pot:
            return {code: Fraction(0) for code in parts}
        exact = {code: pot * weight / whole for code, weight in parts.items()}
        if rule["remainder"] == "largest_remainder":
            given = {code: rounded(share, rounding["decimals"], "down") for code, share in exact.items()}
            unit = Fraction(1, 10 ** rounding["decimals"]) * (1 if pot > 0 else -1)
            by_loss = sorted(exact, key=lambda code: (-abs(exact[code] - given[code]), code))
            for code in by_loss[:int((pot - sum(given.values())) / unit)]:
                given[code] += unit
            return given
        given = {code: rounded(share, rounding["decimals"], rounding["rule"]) for code, share in exact.items()}
        weighing = [code for code in sorted(parts) if parts[code]]
        taker = weighing[-1] if rule["remainder"] == "last_recipient" else max(weighing, key=lambda code: parts[code])
        given[taker] += pot - sum(given.values())
        return given


def check_aggregates(file, leaves, formula, population):
    """Holds figures over all against the population, where the file has it."""
    calls = [entry["name"] for entry in file["aggregates"] if not entry["name"].startswith("threshold of ")]
    for entry in file["aggregates"]:
        name, stated = entry["name"], read(entry["value"])
        if not population:
            print(f"?      {name} = {stated} is over all recipients, and taken as the file has it")
            continue
        if name in calls:
            found = population.outcome(Parser(name).formula(), formula)
        else:
            call = max((text for text in calls if name[len("threshold of "):].startswith(text)), key=len)
            tree = Parser(call).formula()
            found = population.groups(tree).get(formula.value(tree[-2]) if tree[-2] else "", ABSENT)
        check(found == stated, f"{name} = {found}, over {len(population.members)} recipients", f"the file says {stated}")


# ---- The file. ----

def fields_of(form):
    """The scheme as it was digested: fields of a letter, a length, a colon and so many bytes."""
    fields, data = [], form.encode()
    while data:
        letter, rest = data[:1].decode(), data[1:]
        length, rest = rest.split(b":", 1)
        fields.append((letter, rest[:int(length)].decode()))
        data = rest[int(length):]
    return fields


def has_record(fields, kind, name, contents):
    """Whether the scheme has a record of this kind and name that holds all of `contents`."""
    for i in range(len(fields) - 1):
        if fields[i] == ("R", kind) and fields[i + 1][1] == name:
            rest = fields[i + 1:]
            end = next((j for j, field in enumerate(rest) if field == ("R", kind)), len(rest))
            return set(contents) <= {content for _, content in rest[:end]}
    return False


def check_text(name, text, formula, steps):
    """Holds a formula, computed from its text, against its steps."""
    try:
        value = formula.of(text)
    except NotImplementedError as error:
        print(f"?      {name}: '{text}' uses {error}, which this program does not compute")
        return
    check(value == steps, f"{name}: the text '{text}' comes to the same", f"it gives {value}")


def check_payments(name, component, amount):
    left, payments, rounding = amount, component["payments"], component["payment_rounding"]
    for number, payment in enumerate(payments, 1):
        share = rounded(amount * Fraction(payment["share"], payment["of"]), rounding["decimals"], rounding["rule"])
        share = max(min(share, left), 0) if amount >= 0 else min(max(share, left), 0)
        if number == len(payments):
            share = left
        left -= share
        check(share == Fraction(payment["amount"]), f"{name}: payment {number} of {len(payments)}: {share}",
              f"the file says {payment['amount']}")


def share_of_pot(component, value, code):
    """A part of a pot, by what the file says of who takes what rounding leaves."""
    share, rounding = component["share"], component["rounding"]
    if component["distribution"]["remainder"] != "largest_remainder":
        mine = code == share["last"]
        return Fraction(share["rest"]) if mine else rounded(value, rounding["decimals"], rounding["rule"])
    down = rounded(value, rounding["decimals"], "down")
    lost = abs(value - down)
    if "cutoff" not in share or (lost, share["last"]) < (Fraction(share["cutoff"]), code):
        return down
    return down + Fraction(1, 10 ** rounding["decimals"]) * (1 if Fraction(share["pot"]) >= 0 else -1)


def check_share(component, formula, population, code, amount):
    name, rule, share = component["name"], component["distribution"], component["share"]
    own = formula.of(rule["pot"]) * formula.of(rule["by"]) / (Fraction(share["all"]) or 1)
    check(own == Fraction(component["unrounded"]), f"{name}: {rule['pot']} * {rule['by']} / {share['all']}",
          f"computing gives {own}")
    if not population:
        print(f"?      {name}: what the pot is divided by, {share['all']}, is over all recipients, and taken as the file has it")
        return
    shares = population.shares(component, share["group"])
    check(shares.get(code) == amount, f"{name}: a share among {len(shares)}", f"dividing the pot gives {shares.get(code)}")


def check_component(component, fields, leaves, formula, population, code):
    """What the component adds to the amount."""
    name, condition = component["name"], component["condition"]
    contents = [condition, component["formula"], component["legal_reference"]]
    check(has_record(fields, "component", name, contents + list(component.get("distribution", {}).values())),
          f"{name}: the formula is in the scheme", "the scheme does not have it so")
    holds = True
    if condition:
        holds = compute(name, component["condition_steps"], leaves)
        check_text(name, condition, formula, holds)
    if "undetermined" in component:
        print(f"ok     {name}: undetermined: {component['undetermined']}")
        return None
    check((holds is True) == component["applies"], f"{name}: {'applies' if component['applies'] else 'does not apply'}",
          "its condition says otherwise")
    if not component["applies"]:
        return Fraction(0)
    value, rounding = compute(name, component["formula_steps"], leaves), component["rounding"]
    check(value == Fraction(component["unrounded"]), f"{name}: {component['formula']} = {value}",
          f"the file says {component['unrounded']}")
    amount = rounded(value, rounding["decimals"], rounding["rule"])
    if "distribution" in component:
        amount = share_of_pot(component, value, code)
        check_share(component, formula, population, code, amount)
    else:
        check_text(name, component["formula"], formula, value)
    check(amount == Fraction(component["amount"]), f"{name}: rounded, {rounding['rule']}: {component['amount']}",
          f"computing gives {amount}")
    if "payments" in component:
        check_payments(name, component, amount)
    return amount


def verify(text):
    file = json.loads(text)
    if file["format"] != "voortgang.funding.explanation" or file["version"] != 1:
        raise ValueError("another format or version")
    check(json.dumps(file, indent=2, sort_keys=True, ensure_ascii=False) + "\n" == text, "the file is written as it was made",
          "it has been edited, or saved by another program")
    content = {key: value for key, value in file.items() if key != "digest"}
    line = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    check(hashlib.sha256(line.encode()).hexdigest() == file["digest"], "the digest of the file",
          "its content is not what was digested")
    form, code = file["scheme"]["digested_form"], file["recipient"]["name"].split("/")[1]
    check(hashlib.sha256(form.encode()).hexdigest() == file["scheme"]["digest"], "the digest of the scheme",
          "the scheme in this file is not the one that was published under it")
    fields, leaves = fields_of(form), {}
    for parameter in file["parameters"]:
        leaves[parameter["name"]] = read(parameter["value"])
        contents = [parameter["unit"], parameter["legal_reference"]]
        for dated in parameter.get("dated", [parameter]):
            table = dated["value"].get("map", {})
            contents += [dated["from"]] if "from" in dated else []
            contents += list(table) + [entry["number"] for entry in table.values()] or [dated["value"]["number"]]
        check(has_record(fields, "parameter", parameter["name"], contents),
              f"parameter {parameter['name']} is in the scheme", "the scheme does not have it so")
    population = Population(file, leaves) if "population" in file else None
    for definition in file["definitions"]:
        check(has_record(fields, "definition", definition["name"], [definition["formula"]]),
              f"definition {definition['name']} is in the scheme", "the scheme does not have it so")
    for fact in file["inputs"]:
        leaves[fact["name"]] = value = read(fact["value"])
        if "branches" in fact:
            branches = [read(branch["value"]) for branch in fact["branches"]]
            total = ABSENT if ABSENT in branches else sum(branches)
            check(value == total, f"input {fact['name']} is the sum of {len(branches)} branches", f"they add up to {total}")
        if population:
            row = dict(population.members).get(code)
            check(row is not None and row.leaves.get(fact["name"]) == value,
                  f"input {fact['name']} is that of {code} among all recipients", "its row says something else")
    known = {repr(Parser(entry["name"]).formula()): read(entry["value"]) for entry in file["aggregates"]
             if not entry["name"].startswith("threshold of ")}
    formula = Formula(file, leaves, population.outcome if population else lambda call, _: known[repr(call)])
    check_aggregates(file, leaves, formula, population)
    leaves.update({entry["name"]: read(entry["value"]) for entry in file["aggregates"]})
    amounts = [check_component(component, fields, leaves, formula, population, code) for component in file["components"]]
    if None in amounts:
        check("amount" not in file, "there is no amount, for a component is undetermined", "the file has one")
    else:
        check(sum(amounts) == Fraction(file["amount"]), f"the components add up to {file['amount']}",
              f"they add up to {sum(amounts)}")
    print(f"{file['recipient']['title']}: " + ("everything agrees." if not faults else f"{faults} differences."))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        verify(open(sys.argv[1], encoding="utf-8", newline="").read())
    except (OSError, KeyError, TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError, RecursionError) as error:
        print(f"{sys.argv[1]} is no explanation of an amount: {type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(2)
    sys.exit(1 if faults else 0)
