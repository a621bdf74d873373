"""The canonical pixel bytes of an object: as another toolkit left them, native and little endian,
or as pydicom decodes them."""

import hashlib
import warnings

import numpy
import pydicom

warnings.filterwarnings("ignore", module="pydicom")


def read(path):
    return pydicom.dcmread(path, force=True)


def frames_of(data_set):
    try:
        return int(data_set.get("NumberOfFrames", 1) or 1)
    except ValueError:  # a value that is no number: one frame
        return 1


def value_bytes(data_set):
    """Bytes of all frames without the pad byte; YBR_FULL_422 stores two samples a pixel."""
    samples = int(data_set.get("SamplesPerPixel", 1))
    if data_set.get("PhotometricInterpretation") == "YBR_FULL_422":
        samples = 2
    frames = frames_of(data_set)
    bits = data_set.Rows * data_set.Columns * samples * frames * data_set.BitsAllocated
    return (bits + 7) // 8


def interleaved(data_set, pixels):
    """Planar Configuration 1 becomes 0."""
    samples = int(data_set.get("SamplesPerPixel", 1))
    if samples == 1 or data_set.get("PlanarConfiguration", 0) == 0:
        return pixels
    frames = frames_of(data_set)
    shape = (frames, samples, data_set.Rows * data_set.Columns)
    planes = numpy.frombuffer(pixels, dtype=f"u{data_set.BitsAllocated // 8}").reshape(shape)
    return planes.transpose(0, 2, 1).tobytes()


def native_digest(data_set):
    """Of an object that another tool left native and little endian."""
    pixels = data_set.PixelData[: value_bytes(data_set)]
    return hashlib.sha256(interleaved(data_set, pixels)).hexdigest()


def decoded_digest(data_set):
    """What pydicom itself decodes; it gives samples interleaved and colours as they are."""
    array = data_set.pixel_array
    if data_set.BitsAllocated == 1:
        return hashlib.sha256(
            numpy.packbits(array.ravel(), bitorder="little").tobytes()
        ).hexdigest()
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return hashlib.sha256(little.tobytes()).hexdigest()
