"""MCP, both ways: the city's tools for programs outside, and tools of outside servers for the city.

::

    cards.py      a tool of ours as MCP lists it: schemas of what it takes and gives, hints
    replies.py    what a call brought, as structured content
    serving.py    a server over the toolbox, for one caller (stdio) or for each request's own (HTTP)
    servers.py    mcp_servers/*.yaml of a pack: outside servers, and which of their tools are let in
    mapping.py    JSON schemas of outside tools as argument and result models
    outside.py    connections to outside servers, kept in a thread of their own
    mounting.py   outside tools as tools of the city
"""
