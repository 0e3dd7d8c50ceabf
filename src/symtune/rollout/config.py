"""SampleConfig: how programs are drawn. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from symtune.config import Config


class SampleConfig(Config):
    """How many programs per problem, and how their tokens are drawn."""

    num_samples: int = Field(default=20, ge=0, description="Programs drawn per problem (CodeRL: about 20; Sakharova et al.: 100).")
    greedy: bool = Field(default=False, description="Also write the likeliest program of each problem, CodeRL's baseline.")
    temperature: float = Field(default=0.6, gt=0, description="Divides the logits (CodeRL: 0.6).")
    top_p: float = Field(default=0.95, gt=0, le=1, description="Share of the mass drawn from (CodeRL: 0.95).")
    top_k: int = Field(default=0, ge=0, description="Likeliest tokens drawn from; 0: all.")
    max_new_tokens: int | None = Field(default=None, ge=1, description="Longest program, tokens; None: the model's max_target_tokens.")
    batch_size: int = Field(default=64, ge=1, description="Programs decoded at once.")
    seed: int = Field(default=0, description="Seed of all draws.")
