"""ragas' measures, held to what we need of them: our prompts, our client, our embedding, no verdict left out.

Importing this takes seconds. ragas' AnswerCorrectness is not among them: where a judge finds no statements at all it
gives its highest mark. What it means to tell, `FactualCorrectness` tells here.
"""

from __future__ import annotations

import os
import warnings
from typing import Any, TypeVar

from pydantic import BaseModel

from eval.judging.client import Client, UnjudgedError
from eval.judging.prompts import Prompt, load
from knowledge.index import Embedder

os.environ["RAGAS_DO_NOT_TRACK"] = "true"  # before ragas is there: nothing here tells anybody outside what is measured
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what it is built on
    from ragas.embeddings.base import BaseRagasEmbedding
    from ragas.llms.base import InstructorBaseRagasLLM
    from ragas.metrics.collections import (
        AnswerRelevancy,
        ContextPrecisionWithoutReference,
        ContextPrecisionWithReference,
        ContextRecall,
        FactualCorrectness,
        Faithfulness,
    )
    from ragas.metrics.collections.answer_relevancy.util import AnswerRelevanceOutput
    from ragas.metrics.collections.context_precision.util import ContextPrecisionOutput
    from ragas.metrics.collections.context_recall.util import ContextRecallOutput
    from ragas.metrics.collections.factual_correctness.util import ClaimDecompositionOutput
    from ragas.metrics.collections.factual_correctness.util import NLIStatementOutput as ClaimVerdicts
    from ragas.metrics.collections.faithfulness.util import NLIStatementOutput, StatementGeneratorOutput

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


class _Model(InstructorBaseRagasLLM):
    """The judge's client as ragas asks it."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def generate(self, prompt: str, response_model: type[M]) -> M:
        raise NotImplementedError("the judge is asked asynchronously")

    async def agenerate(self, prompt: str, response_model: type[M]) -> M:
        return await self._client.read(prompt, response_model)


class _Embedding(BaseRagasEmbedding):
    """An embedding of ours as ragas asks it: in this process, without a network."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self._embedder = embedder

    def embed_text(self, text: str, **more: Any) -> list[float]:
        return [float(one) for one in self._embedder.encode([text])[0]]

    async def aembed_text(self, text: str, **more: Any) -> list[float]:
        return self.embed_text(text)


class _Faithfulness(Faithfulness):
    async def _create_verdicts(self, statements: list[str], context: str) -> Any:
        return _whole(await super()._create_verdicts(statements, context), statements)


class _Correctness(FactualCorrectness):
    async def _decompose_claims(self, text: str) -> list[str]:
        claims: list[str] = await super()._decompose_claims(text)
        if not claims:
            raise UnjudgedError("the judge finds nothing claimed")
        return claims

    async def _verify_claims(self, claims: list[str], reference: str) -> Any:
        return _whole(await super()._verify_claims(claims, reference), claims)


def _whole(verdicts: Any, statements: list[str]) -> Any:
    """The verdicts, where there is one for each statement: ragas would divide by those that are there."""
    if len(verdicts.statements) != len(statements):
        raise UnjudgedError(f"{len(verdicts.statements)} verdicts on {len(statements)} statements")
    return verdicts


class Measures:
    """ragas' measures by our names. Each raises UnjudgedError, and gives NaN where ragas does."""

    def __init__(self, client: Client, embedder: Embedder | None) -> None:
        model = _Model(client)
        self._faithfulness = _with(
            _Faithfulness(llm=model),
            statement_generator_prompt=load("statements", StatementGeneratorOutput),
            nli_statement_prompt=load("verdicts", NLIStatementOutput),
        )
        self._relevancy: AnswerRelevancy | None = None
        if embedder is not None:
            # One question: at temperature 0 three would be the same.
            near = AnswerRelevancy(llm=model, embeddings=_Embedding(embedder), strictness=1)
            self._relevancy = _with(near, prompt=load("question", AnswerRelevanceOutput))
        useful = load("usefulness", ContextPrecisionOutput)
        self._precision = _with(ContextPrecisionWithReference(llm=model), prompt=useful)
        self._use = _with(ContextPrecisionWithoutReference(llm=model), prompt=useful)
        self._recall = _with(ContextRecall(llm=model), prompt=load("attribution", ContextRecallOutput))
        self._correctness = _with(
            _Correctness(llm=model),
            prompt=load("claims", ClaimDecompositionOutput),
            nli_prompt=load("verdicts", ClaimVerdicts),
        )

    async def faithfulness(self, question: str, answer: str, contexts: list[str], reference: str) -> float:
        """Share of the answer's statements that follow from the contexts."""
        return _number(await self._faithfulness.ascore(question, answer, contexts))

    async def relevancy(self, question: str, answer: str, contexts: list[str], reference: str) -> float:
        """Nearness of the question to the one that the answer answers; 0 for an evasive answer."""
        if self._relevancy is None:
            raise UnjudgedError("the pack has no embedding to compare questions with")
        # Vectors of things that have nothing in common may point away from each other.
        return max(0.0, _number(await self._relevancy.ascore(question, answer)))

    async def context_precision(self, question: str, answer: str, contexts: list[str], reference: str) -> float:
        """Whether useful contexts come first: useful for the reference, or for the answer where there is none."""
        if reference:
            return _number(await self._precision.ascore(question, reference, contexts))
        return _number(await self._use.ascore(question, answer, contexts))

    async def context_recall(self, question: str, answer: str, contexts: list[str], reference: str) -> float:
        """Share of the reference's statements that the contexts carry."""
        return _number(await self._recall.ascore(question, contexts, reference))

    async def correctness(self, question: str, answer: str, contexts: list[str], reference: str) -> float:
        """F1 of the claims of answer and reference, each looked up in the other."""
        return _number(await self._correctness.ascore(answer, reference))


def _with(metric: T, **prompts: Prompt) -> T:
    """The measure with our prompts in the places of its own."""
    for name, prompt in prompts.items():
        if not hasattr(metric, name):
            raise AttributeError(f"{type(metric).__name__} keeps its prompt elsewhere than in {name!r}")
        setattr(metric, name, prompt)
    return metric


def _number(result: Any) -> float:
    return float(result.value)
