"""Ways out of a script that are known, each refused or harmless.

An attempt is harmless when it ends in an error, or when its answer shows that nothing was reached.
"""

from collections.abc import Awaitable
from typing import Any

import pytest

from dbapi_platform.engines.errors import InvalidDefinition
from dbapi_platform.engines.script.errors import ScriptError
from tests.engines.script.conftest import Run

# Each sets `result` to whatever it reached; only "safe" or one of these words would be no leak.
HARMLESS = {"safe", None}

WALKS = [
    "result = ().__class__",
    "result = ().__class__.__bases__[0].__subclasses__()",
    "result = ''.__class__.__mro__[1]",
    "result = int.mro()",
    "result = getattr((), '__class__')",
    "result = getattr((), '__cla' + 'ss__')",
    "result = hasattr((), '__class__') or 'safe'",
    "result = type(type(1))",
    "result = type('X', (), {})",
    "result = type(int)('X', (), {})",
    "result = object.__subclasses__()",
    "def f(): pass\nresult = f.__globals__",
    "def f(): pass\nresult = getattr(f, '__globals__')",
    "def f(): pass\nresult = f.__code__",
    "def f(): pass\nf.__code__ = 1\nresult = 1",
    "def f(): pass\nresult = f.func_globals",
    "result = (lambda: 0).__closure__",
    "result = json.dumps.__globals__",
    "result = json.codecs.sys.modules['os']",
    "result = json.codecs",
    "result = json.__loader__",
    "result = json.decoder",
    "import math\nresult = math.__spec__",
    "import datetime\nresult = datetime.sys",
    "import random\nresult = random._os",
    "import random\nresult = random.SystemRandom",
    "import statistics\nresult = statistics.sys",
    "import base64\nresult = base64.binascii",
    "import collections\nresult = collections.namedtuple('A', 'x')",
    "import collections\nresult = collections.abc",
    "import hashlib\nresult = hashlib.file_digest",
    "import operator\nresult = operator.attrgetter('__class__')(1)",
    "import operator\nresult = operator.methodcaller('__class__')(1)",
    "import re\nresult = re.enum",
    "import string\nresult = string.Formatter().format('{0.__class__}', 1)",
    "import uuid\nresult = uuid.os",
]
IMPORTS = [
    "import os\nresult = os",
    "import sys\nresult = sys",
    "import subprocess\nresult = 1",
    "from os import system\nresult = 1",
    "import os.path\nresult = 1",
    "import importlib\nresult = 1",
    "import builtins\nresult = 1",
    "import ctypes\nresult = 1",
    "import pickle\nresult = pickle.loads(b'cos\\nsystem\\n(S\"id\"\\ntR.')",
    "import marshal\nresult = 1",
    "import json.decoder\nresult = 1",
    "from json import codecs\nresult = codecs",
    "from . import x\nresult = 1",
    "import _io\nresult = 1",
    "import _strptime\nresult = 1",
    "__import__('os')\nresult = 1",
    "result = getattr(json, '__builtins__')",
]
FORMATS = [
    "result = '{0.__class__}'.format(1)",
    "result = '{0.__class__.__init__.__globals__}'.format(fail)",
    "result = '{x.__class__}'.format_map({'x': 1})",
    "result = str.format('{0.__class__}', 1)",
    "result = getattr('{0.__class__}', 'format')(1)",
    "class S(str): pass\nresult = S('{0.__class__}').format(1)",
    "result = list(map('{0.__class__}'.format, [1]))[0]",
    "result = '{:{0.__class__}}'.format(1)",
    "result = f'{(1).__class__}'",
    "result = '{0[__class__]}'.format(1)",
    "import functools\nresult = functools.partial(str.format, '{0.__class__}')(1)",
]
FRAMES = [
    "def g():\n    yield 1\nresult = g().gi_frame",
    "def g():\n    yield 1\nresult = getattr(g(), 'gi_frame')",
    "def g():\n    yield 1\nx = g()\nresult = x.gi_code.co_consts",
    "g = (x for x in [1])\nresult = g.gi_frame.f_back",
    "def g():\n    yield x.gi_frame.f_back.f_back\nx = g()\nresult = [*x]",
    "try:\n    1 / 0\nexcept Exception as e:\n    result = e.__traceback__",
    "try:\n    1 / 0\nexcept Exception as e:\n    result = e.with_traceback(None)",
    "try:\n    1 / 0\nexcept Exception as e:\n    result = getattr(e, '__traceback__').tb_frame",
    "try:\n    json.nothing\nexcept AttributeError as e:\n    result = e.obj",
    "try:\n    db.nothing\nexcept AttributeError as e:\n    result = getattr(e, 'obj')",
    "class C:\n    def __enter__(self): return 1\n"
    "    def __exit__(self, kind, error, trace):\n        self.t = trace\n        return True\n"
    "c = C()\nwith c:\n    1 / 0\nresult = c.t.tb_frame.f_globals",
    "class C:\n    def __enter__(self): return 1\n"
    "    def __exit__(self, kind, error, trace):\n        self.t = trace\n        return True\n"
    "c = C()\nwith c:\n    1 / 0\nresult = c.t.tb_next",
    "try:\n    raise ExceptionGroup('', [ValueError()])\nexcept BaseException as e:\n"
    "    result = e.derive",
]
CLASSES = [
    "class A:\n    def __getattr__(self, n): return 1\nresult = A().x",
    "class A:\n    def __class_getitem__(cls, n): return 1\nresult = A[1]",
    "class A:\n    def __init_subclass__(cls): pass\nresult = 1",
    "class A:\n    def __reduce__(self): return (eval, ('1',))\nresult = A()",
    "class A:\n    def __del__(self): pass\nresult = 1",
    "class A:\n    __slots__ = ()\nresult = 1",
    "class A(metaclass=type): pass\nresult = 1",
    "class A: pass\nA.__class__ = int\nresult = 1",
    "class A: pass\nsetattr(A, '__call__', 1)\nresult = 1",
    "class A: pass\nresult = A.__dict__",
    "class Name(str):\n    def startswith(self, x): return False\n"
    "result = getattr((), Name('__class__'))",
    "class Name(str):\n    def __eq__(self, x): return True\n    def __hash__(self): return 1\n"
    "result = getattr((), Name('__class__'))",
    "class D(dict):\n    def __missing__(self, k): return k\n"
    "result = '{a.__class__}'.format_map(D())",
    "class E(Exception):\n    def __init__(self): super().__init__()\n"
    "try:\n    raise E()\nexcept E as e:\n    result = e.__init__",
    "class J(type(json)):\n    pass\nresult = J('x', {}).__dict__",
    "import functools\nclass A: pass\na = A()\n"
    "functools.wraps(json.dumps, updated=('__globals__',))(a)\nresult = 1",
    "import functools\ndef f(): pass\n"
    "functools.wraps(json.dumps, assigned=(), updated=('__globals__',))(f)\nresult = sys",
    "import functools\nresult = functools.partial(int).func.__class__",
    "result = (lambda x: x)(super).__self__",
    "match json:\n    case object(__class__=c):\n        result = c",
    "match 1:\n    case __x__:\n        result = 1",
]
STAND_INS = [
    "def super(): return type(json)\nsuper().__init__(db, 'db', {})\nresult = 1",
    "import json as super\nresult = 1",
    "def f(super): return super().__init__\nresult = f(lambda: json)",
    "class S(str):\n    def f(self, *a): return super().format(*a)\n"
    "result = S('{0.__globals__}').f(fail)",
    "class S(str): pass\nresult = super(S, S('{0.__class__}')).format(1)",
    "class P(super): pass\nclass S(str): pass\nresult = P(S, S('{0.__class__}')).format(1)",
    "class P(super): pass\nclass E(AttributeError): pass\ntry:\n    json.x\n"
    "except AttributeError as e:\n    result = P(E, E(*e.args, obj=e)).obj",
    "G = type(list[int])\nresult = G(str, (int,)).format('{0.__class__}', 1)",
    "result = list[int].mro()",
    "result = list[int].append",
    "class A:\n    def m(self): pass\nM = type(A().m)\nresult = M(str, 1).format('{0.real}', 1)",
    "class A:\n    def m(self): pass\nresult = A().m.x",
    "def f(): pass\nresult = type(f)",
    "result = type(x for x in [1])",
    "result = type(db)",
    "result = type(db.query)",
    "result = (int | str).mro",
    "from collections import ChainMap\nresult = ChainMap.register(list)",
    "import functools\nfunctools.wraps(int)(fail)\nresult = 1",
    "import functools\ndef f(): pass\nfunctools.wraps(f)(DatabaseError)\nresult = 1",
    "class K(str):\n    def __hash__(self): return 1\nresult = K('a')",
    "class K(int):\n    def __eq__(self, other): return True\nresult = K(1)",
    "class K(str): pass\nclass L(K):\n    def __eq__(self, other): return True\nresult = L('a')",
    "class Sep:\n    def join(self, parts): return self\nprint('x', sep=Sep())\nresult = 1",
    "class E(str):\n    def __eq__(self, other): return True\nprint('x', end=E('y'))\nresult = 1",
]
NAMES = [
    "_getattr_ = getattr\nresult = 1",
    "global _getattr_\n_getattr_ = 1\nresult = 1",
    "def f(_getattr_): pass\nresult = 1",
    "import json as _getattr_\nresult = 1",
    "try:\n    1 / 0\nexcept Exception as _write_:\n    pass\nresult = 1",
    "for _write_ in [1]: pass\nresult = 1",
    "[0 for _getattr_ in [1]]\nresult = 1",
    "with x as _getattr_: pass\nresult = 1",
    "(_getattr_ := 1)\nresult = 1",
    "class _ScriptClass_: pass\nresult = 1",
    "match [1]:\n    case [*_write_]:\n        result = 1",
    "match {}:\n    case {**_write_}:\n        result = 1",
    "def f():\n    nonlocal_ = 1\n    def g():\n        nonlocal _x\n    g()\nresult = 1",
    "result = __builtins__",
    "result = __name__",
    "del __builtins__\nresult = 1",
    "breakpoint()\nresult = 1",
    "result = globals()",
    "result = vars(json)",
    "result = locals()",
    "result = open('/etc/passwd').read()",
    "exec('result = 1')",
    "result = eval('1')",
    "result = compile('1', '', 'eval')",
    "result = input()",
    "result = dir(json)",
    "result = memoryview(b'a')",
    "result = help",
]
WRITES = [
    "json.dumps = 1\nresult = 1",
    "db.query = 1\nresult = 1",
    "setattr(json, 'dumps', 1)\nresult = 1",
    "del json.dumps\nresult = 1",
    "int.x = 1\nresult = 1",
    "str.format = 1\nresult = 1",
    "datetime.now = 1\nresult = 1",
    "ValueError.x = 1\nresult = 1",
    "log.info.x = 1\nresult = 1",
    "fail.__defaults__ = (200,)\nresult = 1",
    "json.dumps += 1\nresult = 1",
    "client.x = 1\nresult = 1",
    "http.get.__kwdefaults__ = {}\nresult = 1",
]
ATTEMPTS = [
    *WALKS, *IMPORTS, *FORMATS, *FRAMES, *CLASSES, *STAND_INS, *NAMES, *WRITES,
]  # fmt: skip


def test_there_are_enough_attempts() -> None:
    assert len(set(ATTEMPTS)) == len(ATTEMPTS) >= 100


@pytest.mark.parametrize("text", ATTEMPTS)
async def test_it_leads_nowhere(run: Run, text: str) -> None:
    outcome = await outcome_of(run(text))
    if isinstance(outcome, ScriptError):
        # Refused by a guard, and not ended by a limit or a crash.
        assert type(outcome) is ScriptError
    elif not isinstance(outcome, InvalidDefinition):
        assert outcome in HARMLESS, text


async def outcome_of(running: Awaitable[Any]) -> Any:
    """What a script answered, or how it failed."""
    try:
        return await running
    except (InvalidDefinition, ScriptError) as error:
        return error


HOSTS_OBJECTS = """
found = []
for thing in [db, tx, http, cache, env, log, json, math, re, uuid, fail, datetime, Decimal]:
    for name in %r:
        if hasattr(thing, name):
            found.append(name)
result = found
"""


async def test_no_object_that_scripts_get_shows_what_it_is_made_of(run: Run) -> None:
    names = ["os", "sys", "modules", "channel", "socket", "loader", "codecs", "members", "im_func",
             "func_globals", "gi_frame", "f_globals", "co_code", "tb_frame", "mro"]  # fmt: skip
    assert await run(HOSTS_OBJECTS % names) == []


async def test_a_name_is_a_text_and_nothing_like_one(run: Run) -> None:
    text = (
        "class N(str): pass\n"
        "try:\n    getattr('{0.real}', N('format'))\nexcept TypeError as e:\n    result = str(e)"
    )
    assert await run(text) == "an attribute's name is a text"
