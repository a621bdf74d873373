// The marker segments that a writer writes, T.800 Annex A, T.814 Annex A: each appends one.
#pragma once

#include <string_view>

#include "codecs/base/buffer.h"
#include "codecs/codestream/parameters.h"

namespace slipring::codecs::codestream {

void append_u16(Buffer& out, std::uint32_t value);
void append_u32(Buffer& out, std::uint32_t value);

void write_siz(const Parameters& parameters, Buffer& out);
void write_cap(const Coding& coding, Buffer& out);  // T.814 A.3; HTONLY, one set a block
// COD and QCD of component 0, COC and QCC of those that differ from it.
void write_coding(const Coding& coding, Buffer& out);
void write_comment(std::string_view text, Buffer& out);

}  // namespace slipring::codecs::codestream
