"""A definition made ready to run. Debug runs and the gateway use this same code and limits."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace

from ..datasources import QueryFailed
from ..datasources.types import Datasource, Rows
from ..engines.answers import Answer, Page, table_of
from ..engines.errors import NotATable, RenderFailed
from ..engines.parameters import Binder, Parameter, dump_parameters
from ..engines.script.programs import ScriptProgram
from ..engines.script.running import Place, Scripts, envelope_of, value_of
from ..engines.sql import (
    SqlLimits,
    SqlProgram,
    run_sql,
)
from .checks import Checks
from .definition import Definition
from .pages import NO_PLACE, PageAsk, Pager


@dataclass(frozen=True, slots=True)
class Limits:
    """What a definition gets where it sets nothing, and what it may ask for at most."""

    default_timeout: float
    max_timeout: float
    default_rows: int
    max_rows: int
    max_export_rows: int
    sql: SqlLimits


@dataclass(frozen=True, slots=True)
class Engines:
    """What definitions are compiled with and run by."""

    limits: Limits
    scripts: Scripts


@dataclass(frozen=True, slots=True)
class CompiledEndpoint:
    """A definition with its parameters settled, its template compiled, its scripts checked."""

    definition: Definition
    parameters: tuple[Parameter, ...]
    binder: Binder
    program: SqlProgram | ScriptProgram
    transform: ScriptProgram | None
    checks: Checks
    scripts: Scripts
    timeout: float
    max_rows: int
    max_export_rows: int
    pager: Pager | None

    async def run(
        self,
        values: Mapping[str, object],
        *,
        datasource: Datasource,
        client: Mapping[str, object] | None = None,
        prefer_json: bool = False,
        page: PageAsk | None = None,
    ) -> Answer:
        """Run it with bound parameters, within its own limits: one deadline for all of it.

        Where it has pages, the first unless another is asked for. Raises InvalidParameters,
        RenderFailed, ScriptError, DatasourceError.
        """
        place = self._place(datasource, client)
        if self.checks.any:
            await self.checks.run(values, place)
        if self.pager is not None:
            return await self._page(values, place, self.pager, page or self.pager.first())
        if isinstance(self.program, SqlProgram):
            answer = await run_sql(
                self.program,
                values,
                datasource=datasource,
                max_rows=self.max_rows,
                timeout_s=place.left(),
                client=client,
                prefer_json=prefer_json and self.transform is None,
            )
            if self.transform is None:
                return answer
            result = answer.data()
        else:
            done = await self.scripts.execute(self.program, values, place)
            answer = Answer(logs=done.logs, envelope=envelope_of(done))
            if self.transform is None:
                return answer
            result = value_of(done)
        made = await self.scripts.transform(self.transform, result, values, place)
        return replace(answer, envelope=envelope_of(made), logs=(*answer.logs, *made.logs))

    async def _page(
        self, values: Mapping[str, object], place: Place, pager: Pager, ask: PageAsk
    ) -> Answer:
        assert isinstance(self.program, SqlProgram)  # noqa: S101 - others have no pages
        statements = self.program.render(values, place.client)
        statement = pager.statement(statements, ask)
        try:
            (found,) = await place.datasource.execute(
                [statement], max_rows=ask.size + 1, timeout_s=place.left()
            )
        except QueryFailed as error:
            if error.position is not None:
                error.position = max(1, error.position - pager.prefix)
            raise
        assert isinstance(found, Rows)  # noqa: S101 - it is a query
        page = Page(pager.following(found, ask))
        if page.following is None and (lost := pager.without_place(statements, ask)):
            (left_out,) = await place.datasource.execute([lost], max_rows=1, timeout_s=place.left())
            if isinstance(left_out, Rows) and left_out.rows:
                raise RenderFailed(NO_PLACE)
        shown = replace(found, rows=found.rows[: ask.size], truncated=False)
        return Answer((shown,), (statement,), page=page)

    @property
    def is_streamable(self) -> bool:
        """Whether `stream` can run it: nothing looks at all of its rows at once."""
        return (
            isinstance(self.program, SqlProgram) and self.transform is None and self.pager is None
        )

    async def stream(
        self,
        values: Mapping[str, object],
        *,
        datasource: Datasource,
        client: Mapping[str, object] | None = None,
        batch_rows: int,
    ) -> AsyncGenerator[Rows]:
        """The rows of its single statement as they are read; the timeout is for each batch.

        Raises what `run` raises, and NotATable when there are several statements.
        """
        assert isinstance(self.program, SqlProgram)  # noqa: S101 - see is_streamable
        place = self._place(datasource, client)
        if self.checks.any:
            await self.checks.run(values, place)
        statements = self.program.render(values, client)
        if len(statements) > 1:
            raise NotATable
        if not statements[0].is_query:
            outcomes = await datasource.execute(
                statements, max_rows=self.max_rows, timeout_s=place.left()
            )
            yield table_of(Answer(tuple(outcomes)))
            return
        rows = datasource.stream(
            statements[0],
            max_rows=self.max_export_rows,
            batch_rows=batch_rows,
            timeout_s=place.left(),
        )
        async with aclosing(rows):
            async for batch in rows:
                yield batch

    def _place(self, datasource: Datasource, client: Mapping[str, object] | None) -> Place:
        deadline = asyncio.get_running_loop().time() + self.timeout
        return Place(datasource, client, self.max_rows, deadline)


def freeze(compiled: CompiledEndpoint) -> Definition:
    """The definition as a version keeps it: parameters settled and every limit set."""
    fields = compiled.definition.as_dict() | {
        "params": dump_parameters(compiled.parameters),
        "timeout": compiled.timeout,
        "max_rows": compiled.max_rows,
        "max_export_rows": compiled.max_export_rows,
        "allow_async": compiled.definition.allow_async or None,
    }
    return Definition.from_dict(fields)
