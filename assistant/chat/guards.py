"""Shuts two doors that Gradio leaves open in a page that is mounted into another application."""

from typing import Any


def shut_doors(blocks: Any) -> None:
    """Let no client name a file or an address of its own in the place of an upload.

    Gradio checks that a file which a client names was uploaded only in a page that `launch` started
    (`gradio.processing_utils._check_allowed` in 6.31); mounted, it would copy any file of this
    machine to where the client can fetch it. And where a client names a web address as a file,
    Gradio fetches it itself, past our own fetching and its limits. Call this on the built page.
    """
    blocks.has_launched = True
    for block in blocks.blocks.values():
        if hasattr(block, "async_move_resource_to_block_cache"):
            block.async_move_resource_to_block_cache = _only_files(block)


def _only_files(block: Any) -> Any:
    move = block.async_move_resource_to_block_cache

    async def move_file(url_or_file_path: Any) -> Any:
        if "://" in str(url_or_file_path or ""):
            raise ValueError("An address is not an upload.")
        return await move(url_or_file_path)

    return move_file
