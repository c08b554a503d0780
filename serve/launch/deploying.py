"""The same servers for Kubernetes, Docker Compose and nginx. A test compares what these print with ``deploy/``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from city.errors import Refused
from city.models import ProfileName
from serve.launch.flags import SHUTDOWN_SECONDS
from serve.launch.profiles import PROFILES, Role
from serve.launch.servers import KEY, Server

IMAGE = "vllm/vllm-openai:v0.32.0"
"""The release whose parser takes every line of ours; pin its digest too where you mirror it."""
NGINX = "nginx:1.28.0-alpine"
MONITORING = "172.30.90.0/24"
"""The network from which /metrics and /health may be read; deploy/nginx/monitoring.conf allows it."""
GRACE_SECONDS = SHUTDOWN_SECONDS + 30
"""From SIGTERM to the kill in a container."""
LOAD_MINUTES = 15
"""How long a model may load before it counts as failed; twice as long where one spans many cards."""
_MADE = "# Made by `{command}`; a test compares. Change models.yaml or serve/launch, then make it again.\n"


class _Dumper(yaml.SafeDumper):
    """No anchors: what is the same in two servers is written twice, to be read where it stands."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _yaml(command: str, value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return _MADE.format(command=command) + text


def helm_values(servers: Sequence[Server], served_names: Mapping[Role, str]) -> str:
    """The block of values for the chart: one pool for each role. Raises Refused for several machines."""
    profile = _one_machine(servers)
    pools: dict[str, Any] = {}
    for server in servers:
        if server.role in pools:
            pools[server.role]["replicas"] += 1
            continue
        pools[server.role.value] = {
            "replicas": 1,
            "servedName": served_names[server.role],
            "gpus": server.card_count,
            "sharesGpu": server.shares,
            "port": server.port,
            "loadMinutes": _load_minutes(server),
            "env": {name: value for name, value in server.environment.items() if name != "CUDA_VISIBLE_DEVICES"},
            "args": server.arguments,
        }
    values = {"vllm": {"enabled": True, "image": IMAGE, "pools": pools}}
    return _yaml(f"citydesk vllm {profile} --helm", values)


def compose_file(servers: Sequence[Server], served_names: Mapping[Role, str]) -> str:
    """What to lay over deploy/compose.yaml: the servers, the door before them, and the application that uses it.

    ``served_names`` are the models' names in requests. Raises Refused for several machines.
    """
    profile = _one_machine(servers)
    made = {
        "services": {
            **{server.name: _service(server) for server in servers},
            "model-door": _door(profile, servers),
            **{
                name: {"environment": _asks(servers, served_names), "networks": ["door"]}
                for name in ("knowledge", "app")
            },
        },
        "networks": {
            "models": {"internal": True},  # the servers and the door alone
            "door": {"internal": True},  # the door and the application
            "monitoring": {"internal": True, "ipam": {"config": [{"subnet": MONITORING}]}},
        },
    }
    return _yaml(f"citydesk vllm {profile} --compose", made)


def _asks(servers: Sequence[Server], served_names: Mapping[Role, str]) -> dict[str, str]:
    """The application's settings: the chat servers, and the small ones for a pack whose search uses them."""
    key = f"${{{KEY}:?set it in .env}}"

    def urls(role: Role) -> str:
        return ",".join(f"http://model-door:8080/{server.name}/v1" for server in servers if server.role == role)

    told = {
        "CITYDESK_ENGINE": "vllm",
        "CITYDESK_MODEL_URL": urls(Role.CHAT),
        "CITYDESK_MODEL_NAME": served_names[Role.CHAT],
        "CITYDESK_MODEL_KEY": key,
        "CITYDESK_MODEL_SALT": "${MODEL_SALT:?set it in .env}",
    }
    for role, name in ((Role.EMBED, "EMBED"), (Role.RERANK, "RERANK")):
        if where := urls(role):
            told |= {
                f"CITYDESK_{name}_URL": where,
                f"CITYDESK_{name}_NAME": served_names[role],
                f"CITYDESK_{name}_KEY": key,
            }
    return told


def _door(profile: ProfileName, servers: Sequence[Server]) -> dict[str, Any]:
    """The proxy before the models. It waits until their names are known, not until they have loaded."""
    here = "/etc/nginx"
    return {
        "image": NGINX,
        "volumes": [
            f"./nginx/model-door.conf:{here}/conf.d/default.conf:ro",
            f"./nginx/pools/{profile}.conf:{here}/conf.d/pools.conf:ro",
            f"./nginx/monitoring.conf:{here}/citydesk/monitoring.conf:ro",
        ],
        "networks": ["door", "models", "monitoring"],
        "depends_on": {server.name: {"condition": "service_started"} for server in servers},
        "healthcheck": {
            "test": ["CMD", "nc", "-z", "127.0.0.1", "8080"],
            "interval": "10s",
            "timeout": "3s",
            "retries": 3,
        },
        "stop_signal": "SIGQUIT",
        "stop_grace_period": f"{GRACE_SECONDS}s",
        "security_opt": ["no-new-privileges:true"],
        "restart": "unless-stopped",
    }


def _service(server: Server) -> dict[str, Any]:
    cards = server.cards or tuple(range(server.card_count))
    device = {"driver": "nvidia", "device_ids": [str(card) for card in cards], "capabilities": ["gpu"]}
    environment = {name: value for name, value in server.environment.items() if name != "CUDA_VISIBLE_DEVICES"}
    probe = f"http://127.0.0.1:{server.port}/health"
    return {
        "image": IMAGE,
        "entrypoint": ["vllm", "serve"],
        "command": server.arguments,
        "environment": {
            KEY: f"${{{KEY}:?set it in .env}}",
            "HF_HUB_CACHE": "/models/hub",
            **environment,
        },
        "volumes": ["${MODELS_FOLDER:?the folder of the models}:/models:ro"],
        "networks": ["models"],
        "shm_size": "8gb",
        "deploy": {"resources": {"reservations": {"devices": [device]}}},
        "healthcheck": {
            "test": ["CMD", "python3", "-c", f"import urllib.request as u; u.urlopen('{probe}', timeout=4)"],
            "interval": "10s",
            "timeout": "5s",
            "retries": 3,
            "start_period": f"{_load_minutes(server) * 60}s",
        },
        "stop_grace_period": f"{GRACE_SECONDS}s",
        "security_opt": ["no-new-privileges:true"],
        "restart": "unless-stopped",
    }


def nginx_pools(servers: Sequence[Server], addresses: Mapping[str, str] | None = None) -> str:
    """The servers behind deploy/nginx/model-door.conf. Raises Refused for several machines.

    ``addresses`` says where a server is reached (name → ``host:port``), by default under its own name.
    """
    profile = _one_machine(servers)
    at = {server.name: (addresses or {}).get(server.name, f"{server.name}:{server.port}") for server in servers}
    known = "\n".join(["map $to $served {", "    default 0;", *(f"    {name} 1;" for name in at), "}\n"])
    pools = (
        f"upstream {name} {{\n    server {address};\n    keepalive 64;\n    keepalive_timeout 60s;\n}}\n"
        for name, address in at.items()
    )
    return _MADE.format(command=f"citydesk vllm {profile} --nginx") + "\n".join([known, *pools])


def _load_minutes(server: Server) -> int:
    return LOAD_MINUTES * (2 if server.card_count > 1 else 1)


def _one_machine(servers: Sequence[Server]) -> ProfileName:
    profile = servers[0].profile
    if PROFILES[profile].over_nodes:
        raise Refused(
            "nodes spans machines, which one Deployment or compose file cannot: start the printed line on each, or "
            "use LeaderWorkerSet."
        )
    return profile
