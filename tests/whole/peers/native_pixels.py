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


def by_pixel(data_set, planes):
    """Planes of samples, frame by frame, as samples interleaved by pixel."""
    samples = int(data_set.get("SamplesPerPixel", 1))
    shape = (frames_of(data_set), samples, data_set.Rows * data_set.Columns)
    array = numpy.frombuffer(planes, dtype=f"u{data_set.BitsAllocated // 8}").reshape(shape)
    return array.transpose(0, 2, 1).tobytes()


def interleaved(data_set, pixels):
    """Planar Configuration 1 becomes 0."""
    samples = int(data_set.get("SamplesPerPixel", 1))
    if samples == 1 or data_set.get("PlanarConfiguration", 0) == 0:
        return pixels
    return by_pixel(data_set, pixels)


def codestreams(data_set):
    """Of each frame."""
    return pydicom.encaps.generate_pixel_data_frame(data_set.PixelData, frames_of(data_set))


def sign_extended(samples, bits):
    """The tools write so many bits of a signed sample and zeros above."""
    shift = samples.itemsize * 8 - bits
    signed = samples.astype(samples.dtype.str.replace("u", "i"))
    return (signed << shift) >> shift


def precision_of(codestream):
    """T.800 A.5.1: Ssiz of the first component, SOC and SIZ being where they must."""
    return (codestream[42] & 127) + 1


def planar_digest(data_set, planes, precision):
    """Of what a tool made of the codestreams, which gives each component by itself, and one bit as
    a byte."""
    if data_set.BitsAllocated == 1:
        bits = numpy.frombuffer(planes, dtype="u1")
        return hashlib.sha256(numpy.packbits(bits, bitorder="little").tobytes()).hexdigest()
    pixels = by_pixel(data_set, planes)
    if data_set.PixelRepresentation == 1:
        samples = numpy.frombuffer(pixels, dtype=f"<u{data_set.BitsAllocated // 8}")
        pixels = sign_extended(samples, precision).tobytes()
    return hashlib.sha256(pixels).hexdigest()


def ppm_digest(frames):
    """Of binary PPM, whose samples of two bytes are big endian."""
    pixels = b""
    for frame in frames:
        header = frame.split(maxsplit=4)  # P6, width, height, largest value
        count = int(header[1]) * int(header[2]) * 3
        width = 1 if int(header[3]) < 256 else 2
        samples = numpy.frombuffer(frame[-count * width :], dtype=f">u{width}")
        pixels += samples.astype(f"<u{width}").tobytes()
    return hashlib.sha256(pixels).hexdigest()


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
