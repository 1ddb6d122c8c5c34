"""MLServer with its scikit-learn runtime, started by its own command: PIPELINE.joblib WORKERS.

It prints the port that it will listen on. One worker is its default; with none, the process that answers predicts.
"""
import json
import os
import socket
import sys
from pathlib import Path


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


pipeline, workers = Path(sys.argv[1]).absolute(), int(sys.argv[2])
folder = pipeline.with_name(f"{pipeline.stem}-mlserver-{workers}") / "bench"
folder.mkdir(parents=True)
http, grpc, metrics = free_ports(3)
settings = {
    # Its access log comes with debugging.
    "debug": False,
    "host": "127.0.0.1",
    "http_port": http,
    "grpc_port": grpc,
    "metrics_port": metrics,
    "parallel_workers": workers,
    # Both are otherwise written to the present folder.
    "metrics_dir": str(folder / "metrics"),
    "environments_dir": str(folder / "environments"),
}
model = {
    "name": "bench",
    "implementation": "mlserver_sklearn.SKLearnModel",
    "parameters": {"uri": str(pipeline)},
}
(folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
(folder / "model-settings.json").write_text(json.dumps(model), encoding="utf-8")
print(http, flush=True)
command = str(Path(sys.executable).with_name("mlserver"))
os.execv(command, [command, "start", str(folder)])
