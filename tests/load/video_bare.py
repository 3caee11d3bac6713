"""The same qualities by a plain script, where there is no ffmpeg: ``python -m tests.load.video_bare CLIP FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import av

from media.work.ladder import SEGMENT, qualities
from tests.load.video import RATE, SIZE, scaling


def main(clip: str, folder: str) -> None:
    """Decode once, scale in one graph of filters, encode every size, let FFmpeg's own muxer cut and name them."""
    ladder = list(reversed(qualities(SIZE)))
    outputs = [
        av.open(
            str(Path(folder, f"bare{n}.m3u8")),
            "w",
            format="hls",
            options={"hls_time": str(SEGMENT), "hls_segment_type": "fmp4", "hls_flags": "single_file"},
        )
        for n in range(len(ladder))
    ]
    with av.open(clip) as media:
        film, sound = media.streams.video[0], media.streams.audio[0]
        film.thread_type = "AUTO"
        graph, entry, exits = _graph(film, scaling(ladder), len(ladder))
        pictures: list[Any] = []
        sounds: list[Any] = []
        for output, quality in zip(outputs, ladder, strict=True):
            options = {**quality.options, "g": str(int(SEGMENT * RATE))}
            picture = output.add_stream("libx264", rate=RATE, options=options)
            picture.width, picture.height, picture.pix_fmt = quality.width, quality.height, "yuv420p"
            pictures.append(picture)
            sounds.append(output.add_stream("aac", rate=48_000, layout="mono"))
        for frame in media.decode(film, sound):
            if isinstance(frame, av.AudioFrame):
                for output, track in zip(outputs, sounds, strict=True):
                    output.mux(track.encode(frame))
                continue
            entry.push(frame)
            for output, picture, leaving in zip(outputs, pictures, exits, strict=True):
                shown = leaving.pull()
                shown.pict_type = 0
                output.mux(picture.encode(shown))
        del graph
    for output, picture, track in zip(outputs, pictures, sounds, strict=True):
        output.mux(picture.encode())
        output.mux(track.encode())
        output.close()


def _graph(film: Any, description: str, count: int) -> tuple[Any, Any, list[Any]]:
    """Build the graph that the description names: a scaler and a splitter for each size."""
    graph = av.filter.Graph()
    entry = source = graph.add_buffer(template=film)
    port, exits = 0, []
    for n, part in enumerate(description.split(";")):
        scaler = graph.add("scale", part.partition("scale=")[2].partition(",")[0].partition("[")[0])
        source.link_to(scaler, port)
        leaving = graph.add("buffersink")
        exits.append(leaving)
        if n + 1 < count:
            source, port = graph.add("split", "2"), 1
            scaler.link_to(source)
            source.link_to(leaving, 0)
        else:
            scaler.link_to(leaving)
    graph.configure()
    return graph, entry, exits


if __name__ == "__main__":
    main(*sys.argv[1:])
