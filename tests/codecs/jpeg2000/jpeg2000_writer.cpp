#include "tests/codecs/jpeg2000/jpeg2000_writer.h"

#include <openjpeg.h>

#include <algorithm>
#include <cstring>

namespace slipring::codecs::fixture {

namespace {

OPJ_SIZE_T write(void* from, OPJ_SIZE_T count, void* user) {
  Pixels& out = *static_cast<Pixels*>(user);
  const auto* bytes = static_cast<const std::uint8_t*>(from);
  out.insert(out.end(), bytes, bytes + count);
  return count;
}

OPJ_BOOL seek(OPJ_OFF_T, void*) { return OPJ_FALSE; }

opj_image_t* make_image(const Pixels& samples, const pixel::Layout& l, const Jpeg2000Writer& how) {
  std::vector<opj_image_cmptparm_t> components(l.samples_per_pixel);
  for (std::size_t c = 0; c < components.size(); ++c) {
    const std::uint32_t step = c == 0 ? 1 : how.subsampling;
    components[c].dx = components[c].dy = step;
    components[c].w = (l.columns + step - 1) / step;
    components[c].h = (l.rows + step - 1) / step;
    components[c].prec = how.precision;
    components[c].sgnd = how.is_signed ? 1 : 0;
    components[c].x0 = how.image_x0;
    components[c].y0 = how.image_y0;
  }
  opj_image_t* image = opj_image_create(l.samples_per_pixel, components.data(), OPJ_CLRSPC_GRAY);
  image->x0 = how.image_x0;
  image->y0 = how.image_y0;
  image->x1 = how.image_x0 + l.columns;
  image->y1 = how.image_y0 + l.rows;
  for (std::size_t c = 0; c < components.size(); ++c) {
    for (std::size_t i = 0; i < std::size_t{components[c].w} * components[c].h; ++i) {
      const std::size_t at = i * l.samples_per_pixel + c;
      OPJ_INT32 value =
          l.bits_allocated == 8 ? samples[at] : load_le<std::uint16_t>(&samples[2 * at]);
      if (how.is_signed)
        value = l.bits_allocated == 8 ? static_cast<std::int8_t>(value)
                                      : static_cast<std::int16_t>(value);
      image->comps[c].data[i] = value;
    }
  }
  return image;
}

// What of the style is OpenJPEG's own to name.
void set_style(const Jpeg2000Writer& how, opj_cparameters_t& parameters) {
  parameters.mode = how.block_style;
  parameters.cblockw_init = how.block_width;
  parameters.cblockh_init = how.block_height;
  parameters.prog_order = static_cast<OPJ_PROG_ORDER>(how.progression);
  if (how.markers) parameters.csty |= 6;
  if (how.parts != 0) {
    parameters.tp_on = 1;
    parameters.tp_flag = how.parts;
  }
  if (how.region_shift != 0) {
    parameters.roi_compno = 0;
    parameters.roi_shift = how.region_shift;
  }
  if (!how.progression_change) return;
  parameters.numpocs = 2;
  for (OPJ_UINT32 i = 0; i < parameters.numpocs; ++i) {
    opj_poc_t& poc = parameters.POC[i];
    poc.tile = 1;
    poc.resno0 = i;
    poc.resno1 = i == 0 ? 1 : static_cast<OPJ_UINT32>(parameters.numresolution);
    poc.compno1 = 4;
    poc.layno1 = static_cast<OPJ_UINT32>(how.layers);
    poc.prg1 = i == 0 ? OPJ_CPRL : OPJ_RLCP;
  }
}

}  // namespace

Pixels write_jpeg2000(const Pixels& samples, const pixel::Layout& l, const Jpeg2000Writer& how) {
  opj_image_t* image = make_image(samples, l, how);
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = how.layers;
  for (int i = 0; i < how.layers; ++i)
    parameters.tcp_rates[i] = how.irreversible ? 4.0F : static_cast<float>(how.layers - 1 - i) * 4;
  if (how.ratio != 0) parameters.tcp_rates[how.layers - 1] = how.ratio;
  parameters.cp_disto_alloc = 1;
  parameters.irreversible = how.irreversible ? 1 : 0;
  parameters.numresolution = how.resolutions;
  while (parameters.numresolution > 1 &&
         std::min(l.rows, l.columns) >> (parameters.numresolution - 1) == 0)
    --parameters.numresolution;
  parameters.tcp_mct = how.colour_transform ? 1 : 0;
  if (how.tile_side != 0) {
    parameters.tile_size_on = OPJ_TRUE;
    parameters.cp_tdx = parameters.cp_tdy = how.tile_side;
  }
  if (how.precinct_side != 0) {
    parameters.csty |= 1;
    parameters.res_spec = 1;
    parameters.prcw_init[0] = parameters.prch_init[0] = how.precinct_side;
  }
  set_style(how, parameters);
  Pixels out;
  opj_codec_t* codec = opj_create_compress(OPJ_CODEC_J2K);
  opj_stream_t* stream = opj_stream_create(1 << 16, OPJ_STREAM_WRITE);
  opj_stream_set_user_data(stream, &out, nullptr);
  opj_stream_set_write_function(stream, write);
  opj_stream_set_seek_function(stream, seek);
  EXPECT_TRUE(opj_setup_encoder(codec, &parameters, image));
  EXPECT_TRUE(opj_start_compress(codec, image, stream));
  EXPECT_TRUE(opj_encode(codec, stream));
  EXPECT_TRUE(opj_end_compress(codec, stream));
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
  if (!how.boxed) return out;
  // T.800 Annex I: signature, file type, (an empty header), codestream.
  const Pixels boxes = {0,   0,   0,   12,  'j', 'P', ' ', ' ', 0x0D, 0x0A, 0x87, 0x0A,
                        0,   0,   0,   20,  'f', 't', 'y', 'p', 'j',  'p',  '2',  ' ',
                        0,   0,   0,   0,   'j', 'p', '2', ' ', 0,    0,    0,    8,
                        'j', 'p', '2', 'h', 0,   0,   0,   0,   'j',  'p',  '2',  'c'};
  out.insert(out.begin(), boxes.begin(), boxes.end());
  return out;
}

}  // namespace slipring::codecs::fixture
