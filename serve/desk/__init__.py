"""The clerk's desk: server-rendered pages on which a work order is brought from arrival to its end."""

from serve.desk import assistant, filing, inbox, orders, overview, policy_lists, signin

ROUTERS = (
    signin.router,
    inbox.router,
    filing.router,
    assistant.router,
    overview.router,
    policy_lists.router,
    orders.router,
)

__all__ = ["ROUTERS"]
