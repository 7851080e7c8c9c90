"""Users and roles as an operator at the server handles them: all-powerful, within the rules."""

import pytest

from dbapi_platform.access import accounts, roles
from dbapi_platform.access.accounts import NewUser, UserFilter
from dbapi_platform.access.permissions import OPERATOR, Caller, Grant
from dbapi_platform.access.users import find_user
from dbapi_platform.errors import Conflict, Forbidden, InvalidRequest, Unauthorized
from tests.world import PASSWORD, World


async def test_an_operator_makes_changes_and_deletes_whom_they_like(any_world: World) -> None:
    async with any_world.platform.services.database.session() as session:
        held = [Grant("client", "read"), Grant("client", "update")]
        made = await roles.create_role(session, OPERATOR, name="Operators", grants=held)
        assert made.grants == tuple(held)
        new = NewUser("rescuer", PASSWORD, roles=("Operators",), is_superuser=True)
        view = await accounts.add_user(session, OPERATOR, new)
        assert (view.user.is_superuser, view.roles) == (True, ("Operators",))
        found, total = await accounts.list_users(session, UserFilter(role="Operators"))
        assert ([one.user.username for one in found], total) == (["rescuer"], 1)
        with pytest.raises(Conflict, match="1 user has"):
            await roles.delete_role(session, OPERATOR, made.role.id)
        with pytest.raises(InvalidRequest, match="commonest"):
            await accounts.update_user(session, OPERATOR, view.user.id, {"password": "password1"})
    async with any_world.platform.services.database.session() as session:
        await accounts.update_user(session, OPERATOR, view.user.id, {"roles": []})
        await roles.delete_role(session, OPERATOR, made.role.id)
        await accounts.delete_user(session, OPERATOR, view.user.id)
        assert await find_user(session, "rescuer") is None


async def test_not_even_an_operator_deletes_the_last_superuser(any_world: World) -> None:
    async with any_world.platform.services.database.session() as session:
        admin = await find_user(session, "admin")
        assert admin
        with pytest.raises(Conflict, match="last active superuser"):
            await accounts.delete_user(session, OPERATOR, admin.id)


async def test_what_a_caller_was_does_not_count_once_the_others_are_done(any_world: World) -> None:
    """A request that waited for another to end its caller's power comes too late."""
    async with any_world.platform.services.database.session() as session:
        user = (await accounts.add_user(session, OPERATOR, NewUser("was a boss", PASSWORD))).user
        stale = Caller(user.id, "was a boss", is_superuser=True)
        with pytest.raises(Forbidden):
            await accounts.add_user(session, stale, NewUser("friend", is_superuser=True))
    async with any_world.platform.services.database.session() as session:
        await accounts.delete_user(session, OPERATOR, user.id)
        with pytest.raises(Unauthorized):
            await accounts.add_user(session, stale, NewUser("friend"))
