#include "tests/codecs/jpeg/jpeg_writer.h"

#include <jpeglib.h>

#include <cstdio>
#include <cstdlib>

namespace slipring::codecs::fixture {

Pixels write_jpeg(const Pixels& samples, const pixel::Layout& l, const JpegWriter& how) {
  jpeg_compress_struct library = {};
  jpeg_error_mgr errors = {};
  library.err = jpeg_std_error(&errors);
  jpeg_create_compress(&library);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&library, &memory, &size);
  library.image_width = l.columns;
  library.image_height = l.rows;
  library.input_components = l.samples_per_pixel;
  library.in_color_space = l.samples_per_pixel == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&library);
  if (l.samples_per_pixel == 3 && !how.ycc) jpeg_set_colorspace(&library, JCS_RGB);
  jpeg_set_quality(&library, how.quality, TRUE);
  library.comp_info[0].h_samp_factor = how.horizontal;
  library.comp_info[0].v_samp_factor = how.vertical;
  library.restart_in_rows = static_cast<int>(how.restart_rows);
  library.arith_code = how.arithmetic ? TRUE : FALSE;
  jpeg_scan_info scans[3] = {{1, {0}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {2}, 0, 63, 0, 0}};
  if (how.progressive) jpeg_simple_progression(&library);
  if (how.separate_scans) {
    library.scan_info = scans;
    library.num_scans = 3;
  }
  jpeg_start_compress(&library, TRUE);
  const std::size_t row_bytes = std::size_t{l.columns} * l.samples_per_pixel;
  while (library.next_scanline < library.image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(&samples[library.next_scanline * row_bytes]);
    jpeg_write_scanlines(&library, &row, 1);
  }
  jpeg_finish_compress(&library);
  jpeg_destroy_compress(&library);
  Pixels stream(memory, memory + size);
  std::free(memory);
  return stream;
}

Pixels read_jpeg(const Pixels& stream) {
  jpeg_decompress_struct library = {};
  jpeg_error_mgr errors = {};
  library.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&library);
  jpeg_mem_src(&library, stream.data(), stream.size());
  jpeg_read_header(&library, TRUE);
  library.out_color_space = library.jpeg_color_space;
  jpeg_start_decompress(&library);
  const std::size_t row_bytes =
      std::size_t{library.output_width} * static_cast<unsigned>(library.output_components);
  Pixels out(row_bytes * library.output_height);
  while (library.output_scanline < library.output_height) {
    JSAMPROW row = &out[library.output_scanline * row_bytes];
    jpeg_read_scanlines(&library, &row, 1);
  }
  jpeg_finish_decompress(&library);
  jpeg_destroy_decompress(&library);
  return out;
}

}  // namespace slipring::codecs::fixture
