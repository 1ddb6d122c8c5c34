"""Pieces of words learnt from the sentences (byte pair encoding), cut exactly as llama.cpp's `llama` tokenizer cuts them."""

import re
from collections import Counter

from gguf_file import Uint32

UNKNOWN, BEGIN, END, CALL, REPEAT = 0, 1, 2, 3, 4
CONTROL_PIECES = ["<unk>", "<s>", "</s>", "<|call|>", "<|repeat|>"]
# What a call is made of besides words. Each is one piece, so that a call is short and its form is learnt first.
SKELETON = ['{"name":"', '","arguments":{"', '","arguments":{}}', '":"', '","', '"}}', '":true}}']
PUNCTUATION = list("{}[]\":,'_-.0123456789")
SPACE = "\u2581"
NORMAL_TYPE, UNKNOWN_TYPE, CONTROL_TYPE, USER_DEFINED_TYPE, BYTE_TYPE = 1, 2, 3, 4, 6


class Tokenizer:
    def __init__(self, merges):
        """`merges`: pieces longer than a letter, most frequent first."""
        letters = [SPACE, *"abcdefghijklmnopqrstuvwxyz", *PUNCTUATION]
        byte_pieces = [f"<0x{byte:02X}>" for byte in range(256)]
        self.pieces = [*CONTROL_PIECES, *byte_pieces, *SKELETON, *letters, *merges]
        self.ids = {piece: index for index, piece in enumerate(self.pieces)}
        self.rank = {piece: rank for rank, piece in enumerate(merges)}
        self.types = (
            [UNKNOWN_TYPE]
            + [CONTROL_TYPE] * (len(CONTROL_PIECES) - 1)
            + [BYTE_TYPE] * 256
            + [USER_DEFINED_TYPE] * len(SKELETON)
            + [NORMAL_TYPE] * (len(letters) + len(merges))
        )
        self._cut_words = {}
        self._parts = re.compile("|".join(re.escape(piece) for piece in sorted(SKELETON, key=len, reverse=True)) + r"|\s|[a-z']+|.")

    @classmethod
    def of_pieces(cls, pieces):
        """The tokenizer of a file that `metadata` wrote."""
        return cls(pieces[len(cls([]).pieces) :])

    def encode(self, text):
        return [token for part in self._parts.findall(text) for token in self._encode_part(part)]

    def decode(self, tokens):
        return "".join(self.pieces[token] for token in tokens).replace(SPACE, " ")

    def _encode_part(self, part):
        if part in SKELETON:
            return [self.ids[part]]
        if part == " ":
            return [self.ids[SPACE]]
        if part not in self._cut_words:
            self._cut_words[part] = self._cut(part)
        return self._cut_words[part]

    def _cut(self, word):
        """Joins the neighbours that make the most frequent piece until none do."""
        parts = list(word)
        while True:
            ranked = [(self.rank[a + b], i) for i, (a, b) in enumerate(zip(parts, parts[1:])) if a + b in self.rank]
            if not ranked:
                break
            _, at = min(ranked)
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        return [token for part in parts for token in self._ids_of(part)]

    def _ids_of(self, part):
        if part in self.ids:
            return [self.ids[part]]
        return [self.ids[f"<0x{byte:02X}>"] for byte in part.encode()]

    def metadata(self):
        # Scores fall with the rank: llama.cpp joins the pair with the highest first.
        scores = [float(-self.rank[piece]) if piece in self.rank else -1e4 if kind == NORMAL_TYPE else 0.0 for piece, kind in zip(self.pieces, self.types)]
        return {
            "tokenizer.ggml.model": "llama",
            "tokenizer.ggml.tokens": self.pieces,
            "tokenizer.ggml.scores": scores,
            "tokenizer.ggml.token_type": self.types,
            "tokenizer.ggml.unknown_token_id": Uint32(UNKNOWN),
            "tokenizer.ggml.bos_token_id": Uint32(BEGIN),
            "tokenizer.ggml.eos_token_id": Uint32(END),
            "tokenizer.ggml.add_bos_token": False,
            "tokenizer.ggml.add_space_prefix": False,
            "tokenizer.chat_template": "{{ bos_token }}{% for message in messages %}{% if message.role == 'user' %}{{ message.content }}<|call|>{% endif %}{% endfor %}",
        }


def learn_merges(words, count):
    """Byte pair encoding within words; a piece never holds a space, so that a value is cut alike wherever it stands."""
    frequencies = Counter(words)
    cut = {word: list(word) for word in frequencies}
    merges = []
    while len(merges) < count:
        pairs = Counter()
        for word, parts in cut.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += frequencies[word]
        if not pairs:
            break
        (a, b), frequency = min(pairs.items(), key=lambda item: (-item[1], item[0]))
        if frequency < 2:
            break
        # llama.cpp joins whatever neighbours spell a known piece, so a spelling is learnt once.
        if a + b not in merges:
            merges.append(a + b)
        for parts in cut.values():
            _join(parts, a, b)
    return merges


def _join(parts, a, b):
    at = 0
    while at < len(parts) - 1:
        if parts[at] == a and parts[at + 1] == b:
            parts[at : at + 2] = [a + b]
        at += 1
