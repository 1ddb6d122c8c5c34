"""Sentences of the tagger: what is known by number, and sentences as tensors."""

import torch

PAD, UNKNOWN = 0, 1
WORD_START, WORD_END = 2, 3
FIRST_FREE = 4
LONGEST_WORD = 20


def shape_of(word):
    """What its letters look like: the tagger sees words in lower case, and this beside them."""
    if any(c.isdecimal() for c in word):
        return 1
    if not any(c.isalpha() for c in word):
        return 2
    if word == word.lower():
        return 3
    if word == word.upper() and len(word) > 1:
        return 4
    return 5 if word[0].isupper() else 6


SHAPES = 7


class Vocabulary:
    """What the model knows by number: the words seen at least `least` times, characters, intents, labels."""

    def __init__(self, sentences, least):
        counts, characters = {}, set()
        for sentence in sentences:
            for token in sentence["tokens"]:
                counts[token.lower()] = counts.get(token.lower(), 0) + 1
                characters.update(token)
        self.words = sorted(word for word, n in counts.items() if n >= least)
        self.characters = sorted(characters)
        self.intents = sorted({sentence["intent"] for sentence in sentences})
        slots = sorted({label[2:] for sentence in sentences for label in sentence["labels"] if label != "O"})
        self.labels = ["O"] + [f"{part}-{slot}" for slot in slots for part in "BI"]
        self.allowed = {intent: set() for intent in self.intents}
        for sentence in sentences:
            self.allowed[sentence["intent"]].update(label[2:] for label in sentence["labels"] if label != "O")
        self.word_ids = {word: i + FIRST_FREE for i, word in enumerate(self.words)}
        self.character_ids = {character: i + FIRST_FREE for i, character in enumerate(self.characters)}
        self.intent_ids = {intent: i for i, intent in enumerate(self.intents)}
        self.label_ids = {label: i for i, label in enumerate(self.labels)}

    def spell(self, token):
        inner = [self.character_ids.get(c, UNKNOWN) for c in token[:LONGEST_WORD]]
        return [WORD_START, *inner, WORD_END]

    def word(self, token):
        return self.word_ids.get(token.lower(), UNKNOWN)

    def may_follow(self):
        """[from, to] is true where BIO allows it; the last row stands for the start of a sentence."""
        size = len(self.labels)
        allowed = torch.ones(size + 1, size, dtype=torch.bool)
        for to, label in enumerate(self.labels):
            if label.startswith("I-"):
                allowed[:, to] = False
                allowed[self.label_ids["B-" + label[2:]], to] = True
                allowed[to, to] = True
        return allowed

    def allowed_labels(self):
        """[intent, label] is true where a sentence of that intent was seen with that slot."""
        return torch.tensor(
            [[label == "O" or label[2:] in self.allowed[intent] for label in self.labels] for intent in self.intents]
        )


def batches_of(sentences, size, random_order):
    """Sentences of one length together: no padding, so that training and use compute the very same."""
    by_length = {}
    for index, sentence in enumerate(sentences):
        by_length.setdefault(len(sentence["tokens"]), []).append(index)
    batches = []
    for indices in by_length.values():
        if random_order:
            random_order.shuffle(indices)
        batches += [indices[i : i + size] for i in range(0, len(indices), size)]
    if random_order:
        random_order.shuffle(batches)
    return batches


class Encoder:
    """Sentences as tensors. In training words are forgotten and values exchanged at random: what is unknown later is not
    new then, and a word that so far stood only beside values can be one."""

    def __init__(self, vocabulary, options):
        self.vocabulary, self.options = vocabulary, options

    def exchange_values(self, sentence, chance):
        """The sentence with some values made of any words there are."""
        tokens, exchanged = list(sentence["tokens"]), False
        for i, label in enumerate(sentence["labels"]):
            if label == "O":
                continue
            if label.startswith("B-"):
                exchanged = chance.random() < self.options.value_noise
            if exchanged:
                tokens[i] = chance.choice(self.vocabulary.words)
        return {**sentence, "tokens": tokens}

    def encode(self, sentences, forget=None):
        vocabulary = self.vocabulary
        distinct, index = {}, []
        for sentence in sentences:
            index.append([distinct.setdefault(token, len(distinct)) for token in sentence["tokens"]])
        spelled = [vocabulary.spell(token) for token in distinct]
        longest = max(len(s) for s in spelled)
        words = [[self._word(t, label, forget) for t, label in zip(s["tokens"], s["labels"])] for s in sentences]
        return (
            torch.tensor(words),
            torch.tensor([[shape_of(token) for token in s["tokens"]] for s in sentences]),
            torch.tensor([s + [PAD] * (longest - len(s)) for s in spelled]),
            torch.tensor(index),
        )

    def _word(self, token, label, forget):
        share = self.options.word_dropout if label == "O" else self.options.value_dropout
        if forget and forget.random() < share:
            return UNKNOWN
        return self.vocabulary.word(token)

    def answers(self, sentences):
        labels = self.vocabulary.label_ids
        return (
            torch.tensor([self.vocabulary.intent_ids.get(s["intent"], 0) for s in sentences]),
            torch.tensor([[labels.get(label, 0) for label in s["labels"]] for s in sentences]),
        )


def spans_of(labels):
    """(slot, start, end) of each span; spans of one slot side by side count as one only where I- follows."""
    spans, open_span = [], None
    for i, label in enumerate([*labels, "O"]):
        if open_span and label != "I-" + open_span[0]:
            spans.append((*open_span, i))
            open_span = None
        if label.startswith("B-"):
            open_span = (label[2:], i)
    return set(spans)
