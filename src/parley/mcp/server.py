"""The tools and resources over the Model Context Protocol, by its own SDK, on standard input and output. Read-only: nothing is written."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

import anyio
import mcp_types as types
import msgspec
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from parley import __version__
from parley.errors import ParleyError
from parley.mcp.answers import called, refusal, tool_named
from parley.mcp.resources import RESOURCES, read
from parley.mcp.tools import TOOLS

Value = TypeVar("Value")
JSON = "application/json"
INSTRUCTIONS = (
    "parley answers questions on dated tariff law, its effects on trade, talks, and who said what. Every tool needs a day. "
    "Rates are fractions: 0.25 is 25 percent. Tell the reader the day, the information cut-off (knowledge) and law_known_to, "
    "and name the sources. An answer has at most 4 kB: left_out says what is missing, and more is the address of the whole. "
    "A refusal says what is allowed; do not answer in its place."
)
READ_ONLY = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
ONE = anyio.CapacityLimiter(1)  # answers share what is kept of the law, and a core


def server() -> Server[Any]:
    """The server: its lists are read off the tables of tools and resources."""
    return Server(
        "parley",
        version=__version__,
        title="parley: tariff law, trade and talks",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )


async def list_tools(ctx: Any, params: Any) -> types.ListToolsResult:
    """Every tool with the schema of its question."""
    del ctx, params
    return types.ListToolsResult(
        tools=[
            types.Tool(name=t.name, description=t.description, input_schema=t.schema(), annotations=READ_ONLY)
            for t in TOOLS.values()
        ]
    )


async def call_tool(ctx: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
    """An answer as JSON text; a refusal as its sentence."""
    del ctx
    try:
        tool_named(params.name)
    except ParleyError as error:
        raise MCPError(types.INVALID_PARAMS, str(error)) from None
    try:
        return _told(encoded(await _apart(lambda: called(params.name, params.arguments or {}))))
    except ParleyError as error:
        return _told(refusal(error), is_error=True)
    except Exception as error:
        return _told(_fault(error), is_error=True)


async def list_resources(ctx: Any, params: Any) -> types.ListResourcesResult:
    """The resources that have one address."""
    del ctx, params
    listed = {name: kind for name, kind in RESOURCES.items() if kind.every}
    return types.ListResourcesResult(
        resources=[
            types.Resource(uri=f"parley://{name}", name=name, description=kind.says, mime_type=JSON)
            for name, kind in listed.items()
        ]
    )


async def list_templates(ctx: Any, params: Any) -> types.ListResourceTemplatesResult:
    """The addresses of one act, measure, word or answer."""
    del ctx, params
    listed = {name: kind for name, kind in RESOURCES.items() if kind.template}
    return types.ListResourceTemplatesResult(
        resource_templates=[
            types.ResourceTemplate(uri_template=kind.template, name=name, description=kind.says, mime_type=JSON)
            for name, kind in listed.items()
        ]
    )


async def read_resource(ctx: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
    """What stands at an address, as JSON. A refusal is an error of the protocol with its sentence."""
    del ctx
    try:
        text = encoded(await _apart(lambda: read(str(params.uri))))
    except ParleyError as error:
        raise MCPError(types.INVALID_PARAMS, str(error)) from None
    except Exception as error:
        raise MCPError(types.INTERNAL_ERROR, _fault(error)) from None
    return types.ReadResourceResult(contents=[types.TextResourceContents(uri=params.uri, mime_type=JSON, text=text)])


def encoded(value: Any) -> str:
    """JSON text."""
    return msgspec.json.encode(value).decode()


async def _apart(work: Callable[[], Value]) -> Value:
    """What a function gives back, beside the loop, one at a time."""
    return await anyio.to_thread.run_sync(work, limiter=ONE)


def _told(text: str, *, is_error: bool = False) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=is_error)


def _fault(error: Exception) -> str:
    """A fault of ours in a sentence; its trace goes to standard error."""
    traceback.print_exception(error, file=sys.stderr)
    return (
        f"parley: a fault of ours ({type(error).__name__}). The server's standard error says where; please report it."
    )


async def _serve() -> None:
    made = server()
    async with stdio_server() as (incoming, outgoing):
        await made.run(incoming, outgoing, made.create_initialization_options())


def serve() -> None:
    """Answers on standard input and output until they close."""
    anyio.run(_serve)
