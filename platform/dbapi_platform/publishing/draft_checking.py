"""A draft as it is being typed: everything that is wrong with it, and nothing is stored or run."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel.ext.asyncio.session import AsyncSession

from ..access.permissions import Caller
from ..datasources import POSTGRESQL, ProductType, dialect_of
from ..engines.errors import Code, DefinitionProblem
from ..engines.parameters import Parameter, read_parameters
from ..engines.script.errors import WorkerLost
from ..errors import Conflict, InvalidRequest
from ..store import Action, Datasource, Endpoint, Module, ResourceType
from .compiled import Engines, freeze
from .definition import Definition
from .drafts import completed, named_datasource, says_the_same
from .endpoints import EndpointView, view_endpoint
from .examining import Examined, examine_definition
from .paths import normalise_method, normalise_path
from .problems import Problem, error_of, errors_of, in_order, warnings_of
from .targets import endpoint_to_change, module_to_know, target_module


@dataclass(frozen=True, slots=True)
class TypedDraft:
    """What somebody types: `fields` are a definition's own, all of them sound in themselves.

    None stands for what is missing, or so wrong that it was told already.
    """

    method: str | None
    path: str | None
    datasource: str | None
    engine: Literal["sql", "script"] | None
    content: str | None
    module: str | None
    keep_transform: bool
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """`view` is the endpoint that is there already."""

    view: EndpointView | None
    changed: bool
    differs_from_live: bool
    parameters: tuple[Parameter, ...]
    problems: tuple[Problem, ...]


async def check_draft(
    session: AsyncSession, caller: Caller, typed: TypedDraft, *, engines: Engines
) -> CheckedDraft:
    """Find what saving it would refuse, and what it may be meant otherwise.

    Raises Forbidden for whoever might not save it at all.
    """
    problems: list[Problem] = []
    datasource = await _datasource(session, caller, typed, problems)
    method, path = _address(typed, problems)
    endpoint, target = await _place(session, caller, typed, (method, path), problems)
    view = await view_endpoint(session, endpoint.id) if endpoint else None
    definition = Definition(
        method=method or "GET",
        path=path or typed.path or "",
        engine=typed.engine or "sql",
        datasource_id=str(datasource.id) if datasource else "",
        content=typed.content or "",
        **typed.fields,
    )
    if typed.engine is None or typed.content is None:
        parameters, wrong = read_parameters(definition.params)
        problems += map(error_of, wrong)
        return CheckedDraft(
            view,
            changed=True,
            differs_from_live=True,
            parameters=parameters,
            problems=in_order(problems),
        )
    try:
        definition = await completed(
            session, definition, endpoint, target,
            keep_transform=typed.keep_transform, engines=engines,
        )  # fmt: skip
        examined = await _examined(definition, datasource, engines)
    except WorkerLost as error:
        examined = _lost(error)
    problems += map(error_of, examined.problems)
    problems += warnings_of(definition, examined)
    is_whole = not any(problem.severity == "error" for problem in problems)
    return CheckedDraft(
        view,
        changed=not (is_whole and view is not None and _is_stored(view, definition, target)),
        differs_from_live=not (is_whole and view is not None and _is_live(view, examined)),
        parameters=examined.parameters,
        problems=in_order(problems),
    )


async def _datasource(
    session: AsyncSession, caller: Caller, typed: TypedDraft, problems: list[Problem]
) -> Datasource | None:
    if typed.datasource is None:
        return None
    try:
        found = await named_datasource(session, caller, typed.datasource)
    except InvalidRequest as error:
        problems += errors_of(error.details, Code.UNKNOWN_DATASOURCE)
        return None
    caller.require(ResourceType.DATASOURCE, Action.EXECUTE, found.id, known=True)
    return found


def _address(typed: TypedDraft, problems: list[Problem]) -> tuple[str | None, str | None]:
    """Method and path in their own form; None for one that is wrong."""
    found: list[str | None] = []
    for normalise, text in ((normalise_method, typed.method), (normalise_path, typed.path)):
        try:
            found.append(None if text is None else normalise(text))
        except InvalidRequest as error:
            problems += errors_of(error.details, Code.INVALID_FIELD)
            found.append(None)
    return found[0], found[1]


async def _place(
    session: AsyncSession,
    caller: Caller,
    typed: TypedDraft,
    address: tuple[str | None, str | None],
    problems: list[Problem],
) -> tuple[Endpoint | None, Module | None]:
    """The endpoint that is there, and the module that it is or shall be in. Raises Forbidden."""
    method, path = address
    if method is not None and path is not None:
        try:
            endpoint = await endpoint_to_change(session, caller, method, path)
            return endpoint, await target_module(session, caller, endpoint, typed.module)
        except Conflict as error:
            problems.append(Problem("error", error.message, Code.PATH_TAKEN, field="path"))
    # Where it stands is not known yet, so that only its module's macros can be.
    return None, await module_to_know(session, caller, typed.module)


async def _examined(
    definition: Definition, datasource: Datasource | None, engines: Engines
) -> Examined:
    product = ProductType(datasource.product_type) if datasource else None
    dialect = dialect_of(product) if product else POSTGRESQL
    return await examine_definition(definition, dialect=dialect, engines=engines)


def _lost(error: WorkerLost) -> Examined:
    """A text that ended the process which read it."""
    problem = DefinitionProblem(error.where, error.message, hint=error.hint, code=Code.TOO_DEEP)
    return Examined((problem,), (), None, None)


def _is_stored(view: EndpointView, definition: Definition, target: Module | None) -> bool:
    stays = target is not None and target.id == view.endpoint.module_id
    return stays and says_the_same(view.draft, definition)


def _is_live(view: EndpointView, examined: Examined) -> bool:
    if view.live is None or examined.compiled is None:
        return False
    return view.live.hash == freeze(examined.compiled).hash()
