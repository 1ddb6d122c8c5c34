"""From labelled sentences to what the decoder reads and writes, with pseudo-words in the place of values."""

import json
import re
from collections import Counter

import torch

from decoder_tokenizer import BEGIN, CALL, END, REPEAT

# Order of the arguments in a call: that of the registry.
ARGUMENTS = ["location", "day", "duration", "state", "color", "room", "item", "expression", "song", "artist", "topic", "tale", "key", "value", "text", "name", "list", "favorite"]
ONSETS = ["b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pl", "qu", "r", "s", "sh", "st", "t", "th", "tr", "v", "w", "y", "z", ""]
VOWELS = ["a", "e", "i", "o", "u", "ai", "ee", "oa", "ou"]
CODAS = ["", "", "n", "r", "l", "s", "t", "m", "ck", "nd", "st", "sh", "ng", "p", "x"]


def read_rows(path):
    with open(path) as file:
        return [json.loads(line) for line in file if line.strip()]


def skill_of(row):
    return row["intent"].split(" ")[0]


def spans_of(row):
    """(slot, first, behind the last) of each value."""
    spans = []
    for at, label in enumerate(row["labels"]):
        if label.startswith("B-"):
            spans.append((label[2:], at, at + 1))
        elif label.startswith("I-"):
            slot, first, _ = spans[-1]
            spans[-1] = (slot, first, at + 1)
    return spans


def call_text(intent, values):
    """The call as the decoder writes it: compact JSON, arguments in the order of the registry."""
    name, *fixed = intent.split(" ")
    arguments = dict(part.split("=") for part in fixed) | values
    ordered = {key: True if arguments[key] == "true" else arguments[key] for key in sorted(arguments, key=ARGUMENTS.index)}
    return json.dumps({"name": name, "arguments": ordered}, separators=(",", ":"))


def sentence_and_call(row):
    values = {slot: " ".join(row["tokens"][first:last]) for slot, first, last in spans_of(row)}
    return " ".join(row["tokens"]), call_text(row["intent"], values)


class Sampler:
    """Draws training sentences. What it changes teaches to copy what is said instead of what is known."""

    def __init__(self, rows, weights, options):
        self.generator = torch.Generator().manual_seed(options.seed)
        self.rows = rows
        self.pseudo = options.pseudo
        self.drop_words = options.drop_words
        self.repeat = options.repeat
        self.words = sorted(words_of(rows, inside_values=True) - words_of(rows, inside_values=False) if options.pseudo_from == "values" else words_of(rows))
        self.weights = torch.tensor(weights)

    def draw(self, count):
        """What is read, what is to be written, and the piece between them."""
        chosen = torch.multinomial(self.weights, count, replacement=True, generator=self.generator)
        return [self._exercise(self.rows[index]) for index in chosen.tolist()]

    def _exercise(self, row):
        if self._chance(self.repeat):
            words = " ".join(self._pseudo_value() + self._pseudo_value())
            return words, words, REPEAT
        return *sentence_and_call(self._changed(row)), CALL

    def _changed(self, row):
        replace = self._chance(self.pseudo)
        tokens, labels, at = [], [], 0
        for slot, first, last in [*spans_of(row), (None, len(row["tokens"]), None)]:
            carrier = [word for word in row["tokens"][at:first] if not self._chance(self.drop_words)]
            value = [] if slot is None else self._pseudo_value() if replace else row["tokens"][first:last]
            tokens += [*carrier, *value]
            labels += ["O"] * len(carrier) + [("B-" if i == 0 else "I-") + slot for i in range(len(value))]
            at = last
        return row | {"tokens": tokens, "labels": labels} if tokens else row

    def _pseudo_value(self):
        return [self._pseudo_word() if self._chance(0.3) else self._pick(self.words) for _ in range(self._pick([1, 1, 2, 2, 2, 3, 4]))]

    def _pseudo_word(self):
        return "".join(self._pick(part) for _ in range(self._pick([1, 2])) for part in (ONSETS, VOWELS, CODAS))

    def _pick(self, choices):
        return choices[torch.randint(len(choices), (), generator=self.generator).item()]

    def _chance(self, share):
        return torch.rand((), generator=self.generator).item() < share


def weights_of(rows):
    """Every template weighs the same, however many sentences were made of it."""
    templates = [template_of(row) for row in rows]
    sizes = Counter(templates)
    return [1.0 / sizes[template] for template in templates]


def template_of(row):
    """The sentence with the names of its slots in the place of values."""
    words = [word if label == "O" else label[2:].upper() for word, label in zip(row["tokens"], row["labels"]) if not label.startswith("I-")]
    return f"{row['intent']}: {' '.join(words)}"


def words_of(rows, inside_values=None):
    """All words, or those inside of values, or those outside."""
    return {word for row in rows for word, label in zip(row["tokens"], row["labels"]) if inside_values in (None, label != "O")}


def prompt_of(sentence, tokenizer, separator=CALL):
    return [BEGIN, *tokenizer.encode(sentence), separator]


def to_batch(exercises, tokenizer):
    """Tokens, padded at the end, and which of them are to be written: only that is learnt."""
    prompts = [prompt_of(sentence, tokenizer, separator) for sentence, _, separator in exercises]
    sequences = [prompt + tokenizer.encode(answer) + [END] for prompt, (_, answer, _) in zip(prompts, exercises)]
    length = max(map(len, sequences))
    tokens = torch.tensor([sequence + [END] * (length - len(sequence)) for sequence in sequences])
    positions = torch.arange(length - 1)
    first = torch.tensor([len(prompt) - 1 for prompt in prompts])[:, None]
    last = torch.tensor([len(sequence) - 1 for sequence in sequences])[:, None]
    return tokens, (positions >= first) & (positions < last)


def normalised_words(rows):
    return [word for row in rows for word in row["tokens"] if re.fullmatch("[a-z']+", word)]
