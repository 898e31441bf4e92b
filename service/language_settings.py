"""The settings of language models: ``BELLWETHER_LLM__*``. Nothing is set by default, and then no model is asked.

Everything that decides where a document goes stands here, and is handed to the provider's client in so many words: what
these clients would otherwise read from an environment of their own (``OPENAI_BASE_URL`` and the like) decides nothing.
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

_Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Provider(StrEnum):
    """Who serves the model. ``openai`` is any endpoint that speaks its protocol: vLLM, Ollama, gateways."""

    OPENAI = "openai"
    AZURE_OPENAI = "azure_openai"
    AZURE_AI = "azure_ai"
    ANTHROPIC = "anthropic"
    BEDROCK = "bedrock"


class Method(StrEnum):
    """How a reply is made to have a shape; models and servers differ in what they can do."""

    JSON_SCHEMA = "json_schema"
    FUNCTION_CALLING = "function_calling"
    JSON_MODE = "json_mode"


PUBLIC = {Provider.OPENAI: "https://api.openai.com/v1", Provider.ANTHROPIC: "https://api.anthropic.com"}
"""Where a provider is, unless ``base_url`` says another place."""

_METHODS = {
    Provider.OPENAI: frozenset(Method),
    Provider.AZURE_OPENAI: frozenset(Method),
    Provider.AZURE_AI: frozenset(Method),
    Provider.ANTHROPIC: frozenset({Method.FUNCTION_CALLING, Method.JSON_SCHEMA}),
    Provider.BEDROCK: frozenset({Method.FUNCTION_CALLING}),
}


def _no_credentials(url: AnyHttpUrl) -> AnyHttpUrl:
    if url.username or url.password:
        raise ValueError("expected no user or password in the address; set API_KEY")
    return url


class LanguageModel(BaseModel):
    """One route. Prices are per million tokens, in whatever currency the firm counts; both or none of the two."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: Provider = Field(description="openai (and all that speak its protocol), azure_openai, azure_ai, …")
    model: _Said = Field(description="the model's name at the provider, or the deployment's")
    base_url: Annotated[AnyHttpUrl, AfterValidator(_no_credentials)] | None = Field(
        default=None, description="the address of the endpoint; the provider's own where it has one"
    )
    api_key: SecretStr | None = Field(default=None, description="the key; none for servers that want none")
    api_version: _Said | None = Field(default=None, description="of Azure, such as 2024-10-21")
    region: _Said | None = Field(default=None, description="where the model runs, in the words of tables.yaml")
    aws_region: _Said | None = Field(default=None, description="of Bedrock, such as eu-central-1")
    inside: bool = Field(default=False, description="the model runs in this deployment, and a text does not leave it")
    method: Method | None = Field(default=None, description="json_schema, function_calling or json_mode")
    temperature: float | None = Field(default=None, ge=0, le=2, description="not sent where unset")
    reply_tokens: int = Field(default=2048, ge=16, le=65_536, description="the most tokens of one reply")
    timeout_seconds: float = Field(default=15, gt=0, le=600, description="the most seconds of one call, all in all")
    price_in: float | None = Field(default=None, ge=0, description="of a million tokens asked")
    price_out: float | None = Field(default=None, ge=0, description="of a million tokens replied")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.base_url is None and self.provider in {Provider.AZURE_OPENAI, Provider.AZURE_AI}:
            raise ValueError(f"{self.provider} has no address of its own: set BASE_URL to the endpoint of the resource")
        if self.api_key is None and self.base_url is None and self.provider in PUBLIC:
            raise ValueError(f"{self.provider} wants a key: set API_KEY, or BASE_URL to a server that wants none")
        if self.provider is Provider.AZURE_OPENAI and self.api_version is None:
            raise ValueError("azure_openai wants API_VERSION")
        if self.provider is Provider.BEDROCK and self.aws_region is None:
            raise ValueError("bedrock wants AWS_REGION")
        if self.shape_by not in _METHODS[self.provider]:
            able = ", ".join(sorted(_METHODS[self.provider]))
            raise ValueError(f"{self.provider} cannot do METHOD {self.shape_by}; expected one of {able}")
        if (self.price_in is None) != (self.price_out is None):
            raise ValueError("expected both of PRICE_IN and PRICE_OUT, or none")
        return self

    @property
    def shape_by(self) -> Method:
        """The method, or the one that is usual at the provider."""
        usual = {Provider.ANTHROPIC, Provider.BEDROCK}
        return self.method or (Method.FUNCTION_CALLING if self.provider in usual else Method.JSON_SCHEMA)

    @property
    def endpoint(self) -> str:
        """The address that names the endpoint; of Bedrock, its region."""
        if self.base_url is not None:
            return str(self.base_url).rstrip("/")
        return PUBLIC.get(self.provider) or f"bedrock:{self.aws_region}"

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """What so many tokens cost; None where no price is set."""
        if self.price_in is None or self.price_out is None:
            return None
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1_000_000


class LanguageSettings(BaseModel):
    """Which models are asked, in this order, and what one answer may spend on all of them together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    primary: LanguageModel | None = Field(default=None, description="the model that is asked first")
    secondary: LanguageModel | None = Field(default=None, description="the model that is asked where the first fails")
    deadline_seconds: float = Field(default=30, gt=0, le=600, description="the most seconds that an answer waits")
    calls: int = Field(default=24, ge=1, le=1000, description="the most calls of one answer, repeated ones too")
    tokens: int = Field(default=120_000, ge=256, le=10_000_000, description="the most tokens of one answer")
    traces: bool = Field(default=False, description="each question to MLflow as a trace, without any text")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.secondary is not None and self.primary is None:
            raise ValueError("expected PRIMARY to be set where SECONDARY is")
        return self
