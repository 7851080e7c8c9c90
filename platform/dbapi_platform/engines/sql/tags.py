"""The tags that a template may hold, as they are written, and what each does."""

from collections.abc import Mapping
from typing import Final

# A signature, a summary, and what more there is to say.
Described = Mapping[str, tuple[str, str, str]]

TAGS: Final[Described] = {
    "if": (
        "{% if since %} … {% endif %}",
        "Text that is there when something holds",
        "An absent parameter does not hold.",
    ),
    "for": (
        "{% for id in ids %} … {% endfor %}",
        "Text for every element",
        "Over an absent parameter it runs no time.",
    ),
    "where": (
        "{% where %} … {% endwhere %}",
        "WHERE without a leading AND or OR, and nothing when no condition is left",
        'With operation="OR" the conditions are joined by OR.',
    ),
    "set": (
        "{% set name = value %}, or {% set name %} … {% endset %}",
        "A name for a value, or for a piece of SQL",
        "",
    ),
    "with": ("{% with name = value %} … {% endwith %}", "A name for a value, within it only", ""),
    "macro": (
        "{% macro name(value) %} … {% endmacro %}",
        "A piece of SQL with arguments",
        "Call it as {{ name(1) }}.",
    ),
    "call": (
        "{% call name(value) %} … {% endcall %}",
        "Call a macro with a piece of SQL, its caller()",
        "",
    ),
    "print": ("{% print value %}", "The same as {{ value }}", ""),
    "raw": ("{% raw %} … {% endraw %}", "Text in which braces mean nothing", ""),
}
BRANCHES: Final[Described] = {
    "elif": ("{% elif other %}", "Otherwise, when this holds", "Within {% if %}."),
    "else": ("{% else %}", "Otherwise", "Within {% if %}, and {% for %} without an element."),
}
