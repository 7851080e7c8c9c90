"""A definition's fields as people write them, in requests and in bundles."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, ValidationInfo, field_validator

# How many rows, or requests.
Count = Annotated[int, Field(ge=1, le=2**31 - 1)]

# What is said of a rule that is none.
_EXPECTED: Final[Mapping[str, str]] = {
    "cache": "expected seconds, or a mapping such as {ttl: 60, vary: [client]}",
    "page": "expected a mapping such as {style: keyset, by: [-created_at, id], size: 100}",
}


class Written(BaseModel):
    """What is short is taken for what it is short for. To be mixed into what has the fields."""

    @field_validator("params", mode="before", check_fields=False)
    @classmethod
    def _in_full(cls, params: Any) -> Any:
        """`since: date` is short for `since: {type: date}`."""
        if not isinstance(params, dict):
            return params
        return {
            name: {"type": declared} if isinstance(declared, str) else declared
            for name, declared in params.items()
        }

    @field_validator("cache", "page", mode="before", check_fields=False)
    @classmethod
    def _is_rule(cls, rule: Any, info: ValidationInfo) -> Any:
        return _rule_in_full(str(info.field_name), rule)

    @field_validator("allow_async", check_fields=False)
    @classmethod
    def _if_allowed(cls, allowed: Any) -> Any:
        """What is not allowed need not be said."""
        return allowed or None


def _rule_in_full(name: str, rule: Any) -> Any:
    """`cache: 60` is short for `cache: {ttl: 60}`. Raises ValueError for what is no rule."""
    if name == "cache" and type(rule) is int:
        return {"ttl": rule}
    if isinstance(rule, str | int | float | list):
        raise ValueError(_EXPECTED[name])  # noqa: TRY004 - it is the author's value
    return rule
