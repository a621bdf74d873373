#include "codecs/jpeg/jpeg_decoder.h"

#include <jerror.h>
#include <jpeglib.h>

#include <csetjmp>
#include <cstdio>  // jpeglib.h needs FILE
namespace slipring::codecs::jpeg {

namespace {

// Everything one call of the library touches. Errors leave it by longjmp: no function between
// setjmp and the library may hold an object with a destructor.
struct Session {
  jpeg_decompress_struct library = {};
  jpeg_error_mgr errors = {};
  jpeg_source_mgr source = {};
  std::jmp_buf escape;
  Bytes stream;
  int stopped_by = 0;  // libjpeg's message code
  bool ran_dry = false;
  bool warned = false;
  bool other_geometry = false;
};

Session& session_of(j_common_ptr library) { return *static_cast<Session*>(library->client_data); }

[[noreturn]] void stop(j_common_ptr library) {
  Session& session = session_of(library);
  session.stopped_by = library->err->msg_code;
  std::longjmp(session.escape, 1);
}

bool is_harmless(int warning) {
  return warning == JWRN_EXTRANEOUS_DATA || warning == JWRN_ADOBE_XFORM ||
         warning == JWRN_JFIF_MAJOR || warning == JWRN_NOT_SEQUENTIAL;
}

// Level -1 is a warning about the data; the others are trace messages.
void hear(j_common_ptr library, int level) {
  if (level >= 0) return;
  if (!is_harmless(library->err->msg_code)) stop(library);
  session_of(library).warned = true;
}

void be_silent(j_common_ptr) {}

void describe_nothing(j_common_ptr, char* text) { text[0] = '\0'; }

void start_source(j_decompress_ptr) {}

constexpr JOCTET kEnd[2] = {0xFF, JPEG_EOI};

// All bytes were given at the start: what the library gets now is an end marker, as in its own
// sources.
boolean refill(j_decompress_ptr library) {
  session_of(reinterpret_cast<j_common_ptr>(library)).ran_dry = true;
  library->src->next_input_byte = kEnd;
  library->src->bytes_in_buffer = sizeof kEnd;
  return TRUE;
}

void skip(j_decompress_ptr library, long count) {
  if (count <= 0) return;
  if (static_cast<unsigned long>(count) >= library->src->bytes_in_buffer) {
    refill(library);
    return;
  }
  library->src->next_input_byte += count;
  library->src->bytes_in_buffer -= static_cast<std::size_t>(count);
}

void end_source(j_decompress_ptr) {}

void set_up(Session& session) {
  jpeg_std_error(&session.errors);
  session.errors.error_exit = stop;
  session.errors.emit_message = hear;
  session.errors.output_message = be_silent;
  session.errors.format_message = describe_nothing;
  session.source.init_source = start_source;
  session.source.fill_input_buffer = refill;
  session.source.skip_input_data = skip;
  session.source.resync_to_restart = jpeg_resync_to_restart;
  session.source.term_source = end_source;
  session.source.next_input_byte = session.stream.data();
  session.source.bytes_in_buffer = session.stream.size();
  session.library.err = &session.errors;
  session.library.client_data = &session;
}

void read_rows(jpeg_decompress_struct& library, const Target& target) {
  const std::size_t row_bytes = target.epilogue.row_bytes(target.columns);
  while (library.output_scanline < library.output_height) {
    std::uint8_t* to = target.pixels.data() + library.output_scanline * row_bytes;
    JSAMPROW row = target.row.empty() ? to : target.row.data();
    jpeg_read_scanlines(&library, &row, 1);
    if (!target.row.empty()) target.epilogue.interleaved(row, to, target.columns);
  }
}

bool run(Session& session, const Target& target) {
  if (setjmp(session.escape) != 0) return false;
  jpeg_decompress_struct& library = session.library;
  jpeg_create_decompress(&library);
  library.src = &session.source;
  jpeg_read_header(&library, TRUE);
  if (library.image_height != target.rows || library.image_width != target.columns ||
      static_cast<std::uint32_t>(library.num_components) != target.components) {
    session.other_geometry = true;
    return false;
  }
  // With both unknown no colour is ever converted.
  library.jpeg_color_space = JCS_UNKNOWN;
  library.out_color_space = JCS_UNKNOWN;
  library.dct_method = JDCT_ISLOW;
  library.do_fancy_upsampling = TRUE;
  library.do_block_smoothing = FALSE;  // guesses coefficients that were not sent
  jpeg_start_decompress(&library);
  read_rows(library, target);
  jpeg_finish_decompress(&library);
  return true;
}

ErrorCode kind_of(int message) {
  switch (message) {
    case JWRN_HIT_MARKER:
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY:
      return ErrorCode::Truncated;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_IMAGE_TOO_BIG:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED:
      return ErrorCode::Unsupported;
    case JERR_OUT_OF_MEMORY:
      return ErrorCode::Internal;
    default:
      return ErrorCode::Malformed;
  }
}

std::string_view text_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::Truncated:
      return "the JPEG data ends inside a scan";
    case ErrorCode::Unsupported:
      return "libjpeg-turbo cannot decode such a JPEG";
    case ErrorCode::Internal:
      return "no memory for libjpeg-turbo";
    default:
      return "libjpeg-turbo found corrupt JPEG data";
  }
}

}  // namespace

Result<void> decode_stream(Bytes stream, const Target& target, Quirks& quirks) {
  Session session;
  session.stream = stream;
  set_up(session);
  const bool done = run(session, target);
  const std::uint64_t at =
      session.ran_dry ? stream.size() : stream.size() - session.source.bytes_in_buffer;
  jpeg_destroy_decompress(&session.library);
  if (session.other_geometry)
    return fail(ErrorCode::DimensionMismatch, 0, "the JPEG's geometry is not the data set's");
  if (!done) {
    const ErrorCode code = kind_of(session.stopped_by);
    return fail(code, at, text_of(code));
  }
  if (session.ran_dry) quirks.add(Quirk::MissingEndMarker);
  if (session.warned) quirks.add(Quirk::LibraryWarning);
  return {};
}

}  // namespace slipring::codecs::jpeg
