"""The service that people write by hand: FastAPI, pydantic, a pipeline by joblib, uvicorn with uvloop and httptools."""
import socket
import sys

import joblib
import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
pipeline = joblib.load(sys.argv[1])


class Record(BaseModel):
    f0: float
    f1: float
    f2: float
    f3: float
    f4: float
    f5: float
    f6: float
    f7: float
    f8: float
    f9: float


class Prediction(BaseModel):
    label: bool
    probability: float


@app.post("/predict/bench")
def predict(record: Record) -> Prediction:
    row = np.array([list(record.model_dump().values())])
    probability = float(pipeline.predict_proba(row)[0, 1])
    return Prediction(label=probability >= 0.5, probability=probability)


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
config = uvicorn.Config(app, loop="uvloop", http="httptools", access_log=False, log_level="warning")
uvicorn.Server(config).run(sockets=[listener])
