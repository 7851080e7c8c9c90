from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.datasources.plain import interval_of, iso_interval, unique_names


@given(st.lists(st.sampled_from(["id", "id_2", "id_3", "a"])))
def test_names_are_unique_and_the_first_of_each_stays(names: list[str]) -> None:
    unique = unique_names(names)
    assert len(set(unique)) == len(names)
    for name in set(names):
        assert unique[names.index(name)] == name


def test_a_second_name_is_numbered() -> None:
    assert unique_names(["id", "id", "id"]) == ("id", "id_2", "id_3")


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((0, 0, 0), "PT0S"),
        ((14, 3, 14_706_789_000), "P1Y2M3DT4H5M6.789S"),
        ((-1, 0, 0), "P-1M"),
        ((1, -1, -1_000_000), "P1M-1DT-1S"),
        ((0, 0, -500_000), "PT-0.5S"),
    ],
)
def test_intervals_are_iso_8601(parts: tuple[int, int, int], text: str) -> None:
    assert iso_interval(*parts) == text


def test_a_python_duration_is_one_too() -> None:
    assert interval_of(timedelta(days=1, hours=2)) == "P1DT2H"
