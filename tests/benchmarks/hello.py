"""The bare framework: what the event page is compared with."""

from litestar import Litestar, MediaType, get


@get("/", media_type=MediaType.TEXT, sync_to_thread=False)
def hello() -> str:
    return "hello"


def create_app() -> Litestar:
    return Litestar([hello], openapi_config=None)
