// Any text in any character set: up to the first NUL the value of (0008,0005), then the text.
#include <algorithm>
#include <cstdlib>

#include "engine/dicom/charset.h"
#include "engine/validate/values/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring;
  const Bytes all(data, size);
  const auto nul = static_cast<std::size_t>(std::ranges::find(all, std::uint8_t{0}) - all.begin());
  const dicom::SpecificCharacterSet charset =
      dicom::parse_specific_character_set(as_text(all.first(nul)));
  const Bytes text = all.subspan(std::min(nul + 1, size));
  dicom::TextReader reader(text, charset);
  std::size_t read = 0;
  while (!reader.done()) read += reader.next().length_bytes;
  if (read != text.size()) std::abort();
  for (const dicom::VR vr : {dicom::VR::PN, dicom::VR::LO, dicom::VR::LT})
    static_cast<void>(validate::values::read_text(text, charset, validate::values::text_shape(vr)));
  return 0;
}
