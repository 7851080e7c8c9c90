"""Ordinary Python works in a script, and what does not says so."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.engines.errors import InvalidDefinition
from dbapi_platform.engines.script.engine import ScriptEngine
from dbapi_platform.engines.script.errors import ScriptError, ScriptRefused
from tests.engines.script.conftest import Run, new_call

WORKS: dict[str, tuple[str, Any]] = {
    "a result": ("result = 1 + 1", 2),
    "execute": ("def execute(params):\n    return params['a']", 5),
    "execute without parameters": ("def execute():\n    return 1", 1),
    "lambda as execute": ("execute = lambda params: params['a'] * 2", 10),
    "unpacking": ("a, (b, *c) = 1, (2, 3, 4)\nresult = [a, b, c]", [1, 2, [3, 4]]),
    "unpacking in a loop": ("result = [k + v for k, v in {'a': 'b'}.items()]", ["ab"]),
    "adding to an item": ("d = {'n': 1}\nd['n'] += 4\nd['n'] *= 2\nresult = d", {"n": 10}),
    "adding to a nested item": ("d = {'n': [1]}\nd['n'][0] -= 4\nresult = d", {"n": [-3]}),
    "an index is worked out once": (
        "seen = []\ndef at():\n    seen.append(1)\n    return 0\nx = [1]\nx[at()] += 1\n"
        "result = [x, seen]",
        [[2], [1]],
    ),
    "adding to an attribute": (
        "class P:\n    n = 1\np = P()\np.n += 4\np.n **= 2\nresult = p.n",
        25,
    ),
    "adding to a list": ("x = [1]\nx += [2]\nresult = x", [1, 2]),
    "a class": (
        "class Money:\n    unit = 'EUR'\n    def __init__(self, n):\n        self.n = n\n"
        "    def __add__(self, other):\n        return Money(self.n + other.n)\n"
        "    def __eq__(self, other):\n        return self.n == other.n\n"
        "    def __str__(self):\n        return f'{self.n} {self.unit}'\n"
        "    @property\n    def double(self):\n        return self.n * 2\n"
        "    @classmethod\n    def zero(cls):\n        return cls(0)\n"
        "    @staticmethod\n    def name():\n        return 'money'\n"
        "m = Money(2) + Money(3)\n"
        "result = [str(m), m.double, m == Money(5), Money.zero().n, Money.name()]",
        ["5 EUR", 10, True, 0, "money"],
    ),
    "a subclass": (
        "class A:\n    def __init__(self, x):\n        self.x = x\n"
        "class B(A):\n    def __init__(self, x):\n        super().__init__(x)\n        self.y = 1\n"
        "b = B(3)\nresult = [b.x, b.y, isinstance(b, A), type(b).__name__]",
        [3, 1, True, "B"],
    ),
    "an exception of one's own": (
        "class Wrong(Exception):\n    pass\ntry:\n    raise Wrong('no')\n"
        "except (KeyError, Wrong) as error:\n    result = [str(error), error.args[0]]\n"
        "finally:\n    result.append('end')",
        ["no", "no", "end"],
    ),
    "else of try": (
        "try:\n    x = 1\nexcept ValueError:\n    x = 2\nelse:\n    x = 3\nresult = x",
        3,
    ),
    "a generator": (
        "def count(n):\n    while n:\n        yield n\n        n -= 1\n"
        "def both():\n    yield from count(2)\n    yield 'end'\nresult = list(both())",
        [2, 1, "end"],
    ),
    "a generator as the answer": ("result = (n * n for n in range(3))", [0, 1, 4]),
    "comprehensions": (
        "result = [[x for x in range(4) if x % 2], sorted({x % 2 for x in range(9)}), "
        "{str(k): k for k in range(2)}]",
        [[1, 3], [0, 1], {"0": 0, "1": 1}],
    ),
    "sorting with a key": ("result = sorted(['bb', 'a'], key=lambda s: len(s))", ["a", "bb"]),
    "max with a key": ("result = max([{'n': 1}, {'n': 3}], key=lambda r: r['n'])", {"n": 3}),
    "f-strings": ("x = 3.14159\nresult = f'{x:.2f} {x!r:>8} {1 + 1}'", "3.14  3.14159 2"),
    "format": ("result = '{} {0[a]} {n:>3}'.replace('{} ', '').format({'a': 1}, n=2)", "1   2"),
    "format_map": ("result = '{a}-{b}'.format_map({'a': 1, 'b': 2})", "1-2"),
    "percent": ("result = '%s %05.1f' % ('a', 2)", "a 002.0"),
    "with": (
        "class C:\n    def __enter__(self):\n        return 5\n"
        "    def __exit__(self, kind, error, trace):\n        return True\n"
        "with C() as c:\n    result = c\n    raise ValueError()",
        5,
    ),
    "match": (
        "def kind(x):\n    match x:\n        case {'a': a, **rest}:\n            return [a, rest]\n"
        "        case [first, *others]:\n            return others\n        case int(n) if n > 3:\n"
        "            return 'big'\n        case None | 'x':\n            return 'nothing'\n"
        "        case _:\n            return 'other'\n"
        "result = [kind({'a': 1, 'b': 2}), kind([1, 2]), kind(5), kind('x'), kind(1)]",
        [[1, {"b": 2}], [2], "big", "nothing", "other"],
    ),
    "walrus": ("result = [y for x in [1, 2] if (y := x * 2) > 2]", [4]),
    "nonlocal and global": (
        "total = 0\ndef counter():\n    n = 0\n    def up():\n        nonlocal n\n"
        "        global total\n        n += 1\n        total += n\n    return up\n"
        "up = counter()\nup()\nup()\nresult = total",
        3,
    ),
    "annotations": (
        "x: int = 3\ny: str\ndef f(a: int = 1) -> int:\n    return a\nresult = x + f()",
        4,
    ),
    "stars": (
        "def f(*a, k=1, **kw):\n    return [a, k, kw]\nargs = [1, 2]\n"
        "result = f(*args, **{'k': 3, 'z': 4})",
        [[1, 2], 3, {"z": 4}],
    ),
    "decorators": (
        "from functools import wraps\ndef twice(f):\n    @wraps(f)\n    def g(x):\n"
        "        return f(f(x))\n    return g\n@twice\ndef add(x):\n    return x + 1\n"
        "result = [add(1), add.__name__]",
        [3, "add"],
    ),
    "getattr and setattr": (
        "class P: pass\np = P()\nsetattr(p, 'a', 1)\n"
        "result = [getattr(p, 'a'), getattr(p, 'b', 2), hasattr(p, 'b')]",
        [1, 2, False],
    ),
    "del": ("d = {'a': 1, 'b': 2}\ndel d['a']\nx = [1, 2, 3]\ndel x[:2]\nresult = [d, x]",
            [{"b": 2}, [3]]),
    "imports": (
        "import json, math\nimport urllib.parse\nfrom datetime import date, timedelta\n"
        "from collections import Counter, defaultdict\nfrom decimal import Decimal as D\n"
        "d = defaultdict(list)\nd['a'].append(1)\n"
        "result = [json.loads('[1]'), math.floor(2.5), urllib.parse.quote('a b'), "
        "str(date(2026, 1, 1) + timedelta(days=1)), Counter('aab')['a'], D('1.10'), d]",
        [[1], 2, "a%20b", "2026-01-02", 2, 1.1, {"a": [1]}],
    ),
    "names that need no import": (
        "result = [json.dumps({'d': date(2026, 1, 2)}), str(Decimal('1.10')), "
        "re.sub('a+', 'b', 'caat'), len(str(uuid.uuid4())), math.pi > 3, "
        "str(datetime(2026, 1, 2) - timedelta(days=1)), str(time(1, 2))]",
        ['{"d": "2026-01-02"}', "1.10", "cbt", 36, True, "2026-01-01 00:00:00", "01:02:00"],
    ),
    "dates and zones": (
        "from zoneinfo import ZoneInfo\nfrom datetime import timezone\n"
        "t = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)\n"
        "result = [t, t.astimezone(ZoneInfo('Europe/Berlin')).hour, "
        "datetime.strptime('02.01.2026', '%d.%m.%Y')]",
        ["2026-07-01T12:00:00Z", 14, "2026-01-02T00:00:00"],
    ),
    "every kind of value": (
        "result = {'none': None, 'set': {1}, 'tuple': (1, 2), 'bytes': b'ab', 'big': 2 ** 70, "
        "'decimal': Decimal('0.1'), 3: 'three', 'map': map(str, [1]), 'range': range(2)}",
        {"none": None, "set": [1], "tuple": [1, 2], "bytes": "YWI=", "big": 2**70,
         "decimal": 0.1, "3": "three", "map": ["1"], "range": [0, 1]},
    ),
    "dates as texts": (
        "result = [f'{date(2026, 1, 2):%d.%m.%y}', date(2026, 1, 2).strftime('%Y'), "
        "date.today().year > 2000, datetime.today().year > 2000, "
        "date(2026, 1, 2).timetuple().tm_yday]",
        ["02.01.26", "2026", True, True, 2],
    ),
    "statistics": ("import statistics\nresult = statistics.median([3, 1, 2])", 2),
    "environment": (
        "result = [env.get('REGION'), env.get_int('SIZE'), env.get_bool('OPEN'), env.get('NO', 1)]",
        ["eu", 7, True, 1],
    ),
    "cache": (
        "cache.set('a', {'x': [1]}, 5)\ncache.incr('n')\n"
        "result = [cache.get('a'), cache.incr('n', 4), cache.decr('n'), cache.exists('a'), "
        "cache.delete('a'), cache.get('a', 'gone')]",
        [{"x": [1]}, 5, 4, True, True, "gone"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WORKS)
async def test_it_works(run: Run, what: str) -> None:
    text, expected = WORKS[what]
    assert await run(text, a=5) == expected


REFUSED = {
    "async": ("async def f():\n    pass\nresult = 1", "async functions"),
    "syntax": ("def f(:\n    pass", "is not Python"),
    "except star": ("try:\n    pass\nexcept* ValueError:\n    pass\nresult = 1", "except*"),
    "star import": ("from json import *\nresult = 1", "imports are not allowed"),
    "private names": ("_x = 1\nresult = _x", 'starts with "_"'),
    "private attributes": ("x = 1\nx._y = 2\nresult = 1", 'starts with "_"'),
    "metaclass": ("class A(metaclass=type): pass\nresult = 1", "metaclass"),
    "eval": ("result = eval('1')", "eval() is not there"),
    "other special methods": ("class A:\n    def __getattribute__(self, n): pass\nresult = 1",
                              '"__getattribute__"'),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
async def test_what_is_not_there_is_told_with_its_line(run: Run, what: str) -> None:
    text, message = REFUSED[what]
    with pytest.raises(InvalidDefinition) as caught:
        await run(text)
    problem = caught.value.problems[0]
    assert message in problem.message
    assert problem.line is not None


async def test_an_error_names_its_line(run: Run) -> None:
    with pytest.raises(ScriptError, match="ZeroDivisionError: division by zero") as caught:
        await run("def inner(n):\n    return 1 / n\n\nresult = inner(0)")
    assert (caught.value.where, caught.value.line) == ("content", 2)


async def test_the_log_is_told_with_an_error(run: Run) -> None:
    with pytest.raises(ScriptError) as caught:
        await run("print('a', 1, sep='-')\nlog.warning('took %s ms', 3)\nraise ValueError('x')")
    logs = [(line.level, line.message) for line in caught.value.logs]
    assert logs == [("info", "a-1"), ("warning", "took 3 ms")]


async def test_fail_answers_the_caller(run: Run) -> None:
    with pytest.raises(ScriptRefused, match="no such order") as caught:
        await run("fail('no such order', 404)\nresult = 1")
    assert caught.value.status == 404
    with pytest.raises(ScriptError, match="400 to 499"):
        await run("fail('x', 302)\nresult = 1")


async def test_an_answer_that_json_has_no_word_for_is_an_error(run: Run) -> None:
    with pytest.raises(ScriptError, match="cannot be written as JSON"):
        await run("class A: pass\nresult = A()")


async def test_a_misspelt_name_is_told_with_what_may_be_meant(run: Run) -> None:
    for text, message in (
        ("db.qurey('SELECT 1')", "db has no 'qurey'; did you mean 'query'?"),
        ("cache.set()", "cache.set() missing 2 required positional arguments"),
        ("cache.get(5)", "wrong arguments for cache"),
        ("result = {(1, 2): 3}", "a key of an object is a text or a number"),
    ):
        with pytest.raises(ScriptError) as caught:
            await run(f"{text}\nresult = 1" if "result" not in text else text)
        assert message in caught.value.message
    with pytest.raises(InvalidDefinition) as refused:
        await run("x = 1\nimport os, json\nresult = 1")
    assert "there is no module 'os' in scripts; there are base64" in str(refused.value)
    assert refused.value.problems[0].line == 2


async def test_nothing_outlives_a_call(run: Run, engine: ScriptEngine) -> None:
    for _ in range(6):
        assert await run(
            "seen = 'leak' in dir_()\nresult = seen\nleak = 1".replace("dir_()", "[]")
        ) is False  # fmt: skip
    with pytest.raises(ScriptError, match="NameError"):
        await run("result = leak")
    await run("import json\ntry:\n    json.dumps = 1\nexcept TypeError:\n    pass\nresult = 1")
    assert await run("result = json.dumps([1])") == "[1]"


async def test_macros_come_first_and_errors_name_them(engine: ScriptEngine) -> None:
    program = engine.program(
        [
            ("macros.tax", "RATE = 2\ndef tax(x):\n    return x / RATE"),
            ("content", "result = tax(a)"),
        ]
    )
    for value, expected in ((4, b"2.0"), (None, None)):
        running = engine.run(program, "execute", {"params": {}, "a": value}, call=new_call(),
                             domain="tests", timeout_s=3)  # fmt: skip
        if expected is not None:
            assert (await running).body == expected
        else:
            with pytest.raises(ScriptError) as caught:
                await running
            assert (caught.value.where, caught.value.line) == ("macros.tax", 3)


async def test_names_are_found_in_the_syntax_tree(engine: ScriptEngine) -> None:
    text = "from math import pi as p\nclass A: pass\nx, y = 1, 2\nif x:\n    z = other\n" \
           "def f(q):\n    inner = 'not_a_name'\n    return q + helper()"  # fmt: skip
    (checked,) = await engine.check([("content", text)])
    assert checked.defined == {"p", "A", "x", "y", "z", "f"}
    assert {"other", "helper"} <= checked.read
    assert "not_a_name" not in checked.read


@given(st.text(max_size=200))
async def test_any_text_is_read_or_refused(engine: ScriptEngine, text: str) -> None:
    (checked,) = await engine.check([("content", text.encode("utf-8", "replace").decode())])
    assert checked.problems or checked.defined is not None


async def test_a_text_that_nobody_can_read_ends_no_more_than_its_worker(
    engine: ScriptEngine, run: Run
) -> None:
    for text in ("-" * 100_000 + "1", "(" * 5_000, "[" * 90 + "]" * 90, "x" + ".a" * 20_000):
        try:
            (checked,) = await engine.check([("content", text)])
        except ScriptError:
            continue
        assert checked.problems or checked.read is not None
    assert await run("result = 1") == 1
