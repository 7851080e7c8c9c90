"""Users and roles of the access package in the API's shapes."""

from ..access.accounts import UserView
from ..access.permissions import Caller
from ..access.roles import RoleView
from ..store import User
from .people_shapes import GrantAnswer, MeAnswer, RoleAnswer, RoleGrantAnswer, UserAnswer


def me_answer(caller: Caller, user: User) -> MeAnswer:
    """The caller, with what they may do."""
    grants = sorted(
        caller.grants,
        key=lambda grant: (grant.resource_type, grant.action, str(grant.resource_id or "")),
    )
    return MeAnswer(
        **user.model_dump(include={"id", "username", "email", "full_name", "is_superuser"}),
        roles=list(caller.roles),
        permissions=[GrantAnswer.model_validate(grant) for grant in grants],
    )


def user_answer(view: UserView) -> UserAnswer:
    """A user as administrators see them."""
    return UserAnswer(
        **view.user.model_dump(include=set(UserAnswer.model_fields)), roles=list(view.roles)
    )


def role_answer(view: RoleView) -> RoleAnswer:
    """A role with the names of what its permissions are for."""
    named = [(grant, view.resource(grant)) for grant in view.grants]
    return RoleAnswer(
        **view.role.model_dump(include={"id", "name", "description", "created_at"}),
        permissions=[
            RoleGrantAnswer(
                resource_type=grant.resource_type,
                action=grant.action,
                resource_id=grant.resource_id,
                resource_name=resource.name if resource else None,
            )
            for grant, resource in named
        ],
        users=view.users,
    )
