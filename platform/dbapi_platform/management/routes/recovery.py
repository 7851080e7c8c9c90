"""A new password by e-mail, for who has forgotten theirs."""

from fastapi import APIRouter

from ...access.backoff import letters, place
from ...store import acting
from ..dependencies import ServicesDep, SessionDep, VisitorDep
from ..session_shapes import RecoveryAnswer, RecoveryIn, ResetIn

router = APIRouter(tags=["recovery"])


@router.post("/password-recovery", status_code=202)
async def recover(
    services: ServicesDep, session: SessionDep, visitor: VisitorDep, body: RecoveryIn
) -> RecoveryAnswer:
    """Send a reset to the user's e-mail address; the answer is the same if there is none."""
    logins = services.logins
    logins.recovery.require_mail()
    asked = [letters(body.username_or_email), place("recovery", visitor.ip_address)]
    await logins.throttle.require(asked)
    await logins.throttle.count(asked)
    logins.recovery.ask(body.username_or_email, acting(session))
    return RecoveryAnswer(
        message="If there is such a user with an e-mail address, a token has been sent to it"
    )


@router.post("/password-reset", status_code=204)
async def reset(
    services: ServicesDep, session: SessionDep, visitor: VisitorDep, body: ResetIn
) -> None:
    """Set a new password with the token that was sent; every session of the user ends."""
    logins = services.logins
    async with logins.throttle.attempt(session, [place("reset", visitor.ip_address)]):
        user = await logins.recovery.reset(session, body.token, body.new_password)
    # Who reads the user's e-mail need not wait for what others guessed.
    await logins.throttle.forget_name(user.username)
