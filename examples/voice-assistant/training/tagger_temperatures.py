"""Makes the confidence true: what the scores are divided by, fitted on sentences that were held out."""

import math

import torch
from torch.nn import functional as F


def fit_temperature(negative_log_likelihood):
    """The one at which the held-out answers are least surprising, by golden-section search."""
    low, high, ratio = math.log(0.3), math.log(6.0), (math.sqrt(5) - 1) / 2
    for _ in range(25):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if negative_log_likelihood(math.exp(left)) < negative_log_likelihood(math.exp(right)):
            high = right
        else:
            low = left
    return round(math.exp((low + high) / 2), 3)


def fit_temperatures(model, encoder, sentences, predictions):
    known = [
        (sentence, prediction)
        for sentence, prediction in zip(sentences, predictions)
        if sentence["intent"] in encoder.vocabulary.intent_ids
        and all(label in encoder.vocabulary.label_ids for label in sentence["labels"])
    ]
    truth = torch.tensor([encoder.vocabulary.intent_ids[s["intent"]] for s, _ in known])
    logits = torch.stack([p["intents"] for _, p in known])
    agreeing = [(s, p) for s, p in known if s["intent"] == p["intent"]]

    def surprise_of_slots(temperature):
        total = 0.0
        for sentence, prediction in agreeing:
            emissions = prediction["emissions"].unsqueeze(0)
            allowed = model.allowed_labels[encoder.vocabulary.intent_ids[sentence["intent"]]].unsqueeze(0)
            labels = encoder.answers([sentence])[1]
            total += tempered_surprise(model, emissions, labels, allowed, temperature)
        return total

    with torch.no_grad():
        return {
            "intent": fit_temperature(lambda t: F.cross_entropy(logits / t, truth).item()),
            "slots": fit_temperature(surprise_of_slots),
        }


def tempered_surprise(model, emissions, labels, allowed, temperature):
    kept = model.transitions.data
    model.transitions.data = kept / temperature
    surprise = model.log_normaliser(emissions / temperature, allowed) - model.score(emissions / temperature, labels)
    model.transitions.data = kept
    return min(surprise.item(), 50.0)
