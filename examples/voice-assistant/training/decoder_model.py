"""A small decoder of the llama architecture, and low-rank adapters for it."""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from gguf_file import Uint32

CONTEXT = 256
ROPE_BASE = 10_000.0
NORM_EPSILON = 1e-5
# What llama.cpp calls the matrices that an adapter may change.
ADAPTED = {"q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down"}


class Linear(nn.Linear):
    """A matrix W without bias, or W + BA once it has an adapter."""

    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs, bias=False)
        self.scale = None

    def adapt(self, rank, alpha, generator):
        self.weight.requires_grad_(False)
        self.lora_a = nn.Parameter(torch.randn(rank, self.in_features, generator=generator) / math.sqrt(self.in_features))
        self.lora_b = nn.Parameter(torch.zeros(self.out_features, rank))
        self.scale = alpha / rank

    def forward(self, x):
        out = F.linear(x, self.weight)
        return out if self.scale is None else out + F.linear(F.linear(x, self.lora_a), self.lora_b) * self.scale


class Block(nn.Module):
    def __init__(self, width, heads, hidden, dropout):
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.attention_norm = nn.RMSNorm(width, eps=NORM_EPSILON)
        self.hidden_norm = nn.RMSNorm(width, eps=NORM_EPSILON)
        self.q, self.k, self.v, self.o = (Linear(width, width) for _ in range(4))
        self.gate, self.up, self.down = Linear(width, hidden), Linear(width, hidden), Linear(hidden, width)

    def forward(self, x, rotation):
        drop = lambda part: F.dropout(part, self.dropout, self.training)
        x = x + drop(self._attend(self.attention_norm(x), rotation))
        normed = self.hidden_norm(x)
        return x + drop(self.down(F.silu(self.gate(normed)) * self.up(normed)))

    def _attend(self, x, rotation):
        batch, length, width = x.shape
        split = lambda part: part.view(batch, length, self.heads, -1).transpose(1, 2)
        q, k, v = rotate(split(self.q(x)), rotation), rotate(split(self.k(x)), rotation), split(self.v(x))
        attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.o(attended.transpose(1, 2).reshape(batch, length, width))


def rotate(x, rotation):
    """RoPE over neighbouring pairs, as the llama architecture of GGUF has it."""
    cosine, sine = rotation
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cosine - odd * sine, even * sine + odd * cosine), dim=-1).flatten(-2)


class Decoder(nn.Module):
    def __init__(self, vocabulary, width, layers, heads, hidden, dropout):
        super().__init__()
        self.config = {"vocabulary": vocabulary, "width": width, "layers": layers, "heads": heads, "hidden": hidden}
        self.embedding = nn.Embedding(vocabulary, width)
        self.blocks = nn.ModuleList(Block(width, heads, hidden, dropout) for _ in range(layers))
        self.norm = nn.RMSNorm(width, eps=NORM_EPSILON)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                deep = name.endswith(("o.weight", "down.weight"))
                nn.init.normal_(parameter, std=1 / math.sqrt(parameter.shape[1]) / (math.sqrt(2 * layers) if deep else 1))
        angles = torch.arange(CONTEXT)[:, None] * ROPE_BASE ** (-torch.arange(0, width // heads, 2) / (width // heads))
        self.register_buffer("cosine", angles.cos(), persistent=False)
        self.register_buffer("sine", angles.sin(), persistent=False)

    def forward(self, tokens):
        """The state after each token; `logits` turns those that are wanted into scores of the next."""
        x = self.embedding(tokens)
        rotation = self.cosine[: tokens.shape[1]], self.sine[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x, rotation)
        return self.norm(x)

    def logits(self, states):
        return F.linear(states, self.embedding.weight)

    def parameter_count(self):
        return sum(parameter.numel() for parameter in self.parameters())

    def add_adapter(self, rank, alpha, seed):
        generator = torch.Generator().manual_seed(seed)
        self.requires_grad_(False)
        for _, linear in self.adapted():
            linear.adapt(rank, alpha, generator)
        return [parameter for parameter in self.parameters() if parameter.requires_grad]

    def adapted(self):
        for index, block in enumerate(self.blocks):
            for name, gguf_name in ADAPTED.items():
                yield f"blk.{index}.{gguf_name}.weight", getattr(block, name)

    def named_tensors(self):
        """As GGUF names them; no `output.weight`: the embedding serves as that too."""
        yield "token_embd.weight", self.embedding.weight
        yield "output_norm.weight", self.norm.weight
        for index, block in enumerate(self.blocks):
            yield f"blk.{index}.attn_norm.weight", block.attention_norm.weight
            yield f"blk.{index}.ffn_norm.weight", block.hidden_norm.weight
        for name, linear in self.adapted():
            yield name, linear.weight

    def tensors(self):
        # llama.cpp wants the weights of norms in full precision.
        return {name: half(tensor) if tensor.dim() == 2 else single(tensor) for name, tensor in self.named_tensors()}

    @classmethod
    def of_gguf(cls, metadata, tensors, dropout):
        model = cls(
            metadata["llama.vocab_size"],
            metadata["llama.embedding_length"],
            metadata["llama.block_count"],
            metadata["llama.attention.head_count"],
            metadata["llama.feed_forward_length"],
            dropout,
        )
        with torch.no_grad():
            for name, parameter in model.named_tensors():
                parameter.copy_(torch.from_numpy(tensors[name].astype(np.float32)))
        return model

    def adapter_tensors(self):
        found = {}
        for name, linear in self.adapted():
            found[f"{name}.lora_a"] = half(linear.lora_a)
            found[f"{name}.lora_b"] = half(linear.lora_b)
        return found

    def metadata(self):
        config = self.config
        return {
            "llama.context_length": Uint32(CONTEXT),
            "llama.embedding_length": Uint32(config["width"]),
            "llama.block_count": Uint32(config["layers"]),
            "llama.feed_forward_length": Uint32(config["hidden"]),
            "llama.attention.head_count": Uint32(config["heads"]),
            "llama.attention.head_count_kv": Uint32(config["heads"]),
            "llama.attention.layer_norm_rms_epsilon": NORM_EPSILON,
            "llama.rope.dimension_count": Uint32(config["width"] // config["heads"]),
            "llama.rope.freq_base": ROPE_BASE,
            "llama.vocab_size": Uint32(config["vocabulary"]),
        }


def half(tensor):
    return tensor.detach().numpy().astype(np.float16)


def single(tensor):
    return tensor.detach().numpy().astype(np.float32)
