"""Texts of macros that a definition keeps although there are newer ones."""

import hashlib
import uuid
from collections.abc import Mapping

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..store import MacroVersion
from .definition import MacroText
from .macros import Language, visible_macros


async def texts_kept(
    session: AsyncSession,
    texts: Mapping[str, tuple[Language, str]],
    module_id: uuid.UUID | None,
) -> tuple[MacroText, ...]:
    """Older texts of macros for a definition; version 0 is a text that no version here has."""
    macros = {macro.name: macro for macro in await visible_macros(session, module_id)}
    found = []
    for name, (language, text) in sorted(texts.items()):
        macro, number = macros.get(name), None
        if macro is not None:
            digest = hashlib.sha256(text.encode()).hexdigest()
            rows = await session.exec(
                select(MacroVersion.number).where(
                    MacroVersion.macro_id == macro.id, MacroVersion.hash == digest
                )
            )
            number = rows.first()
        macro_id = macro.id if macro else uuid.UUID(int=0)
        found.append(MacroText(str(macro_id), name, number or 0, text, language))
    return tuple(found)
