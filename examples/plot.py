# SPDX-License-Identifier: MIT
"""usage: plot.py ELF EXPRESSION... [-o FILE]: records values for five seconds and plots them.

It needs matplotlib. Without -o it shows the plot in a window.
"""

import argparse
import os

import libocd


def plot(recording, path):
    import matplotlib

    if path is not None:
        matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(len(recording), sharex=True, squeeze=False)
    begin = recording.time[0]
    for axis, (name, values) in zip(axes[:, 0], recording.items()):
        axis.plot(recording.time - begin, values, linewidth=1)
        axis.set_ylabel(name)
        for gap in recording.gaps:
            axis.axvspan(gap.time - begin, gap.time + gap.seconds - begin, alpha=0.2)
    axes[-1, 0].set_xlabel("seconds")
    if path is not None:
        figure.savefig(path)
    else:
        pyplot.show()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("elf")
    parser.add_argument("expression", nargs="+")
    parser.add_argument("-o", "--output", help="an image instead of a window")
    parser.add_argument("-s", "--seconds", type=float, default=5)
    given = parser.parse_args()
    port = int(os.environ.get("OCD_PORT", "6666"))
    with libocd.Session.connect_sync(port=port) as session:
        session.symbols(given.elf)
        recording = session.record(given.expression, seconds=given.seconds, rate=100)
    print(recording)
    plot(recording, given.output)


if __name__ == "__main__":
    main()
