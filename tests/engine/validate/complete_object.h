// Objects with every attribute their definition asks for, to be broken one attribute at a time.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/engine/validate/validate_fixture.h"

namespace slipring::test {

// Attributes by tag, written in order; the items of a sequence are such objects too.
class Fields {
 public:
  Fields& text(std::uint32_t tag, VR vr, std::string_view value) {
    fields_[tag] = {vr, std::string(value), {}};
    return *this;
  }
  template <class T>
  Fields& number(std::uint32_t tag, VR vr, std::initializer_list<T> values) {
    std::string bytes(values.size() * sizeof(T), '\0');
    std::memcpy(bytes.data(), values.begin(), bytes.size());
    return text(tag, vr, bytes);
  }
  Fields& us(std::uint32_t tag, std::initializer_list<std::uint16_t> values) {
    return number<std::uint16_t>(tag, VR::US, values);
  }
  Fields& ul(std::uint32_t tag, std::uint32_t value) {
    return number<std::uint32_t>(tag, VR::UL, {value});
  }
  Fields& at(std::uint32_t tag, std::uint32_t value) {
    return us(tag, {static_cast<std::uint16_t>(value >> 16), static_cast<std::uint16_t>(value)})
        .retype(tag, VR::AT);
  }
  Fields& items(std::uint32_t tag, std::vector<Fields> items) {
    fields_[tag] = {VR::SQ, {}, std::move(items)};
    return *this;
  }
  Fields& erase(std::uint32_t tag) {
    fields_.erase(tag);
    return *this;
  }
  Fields& retype(std::uint32_t tag, VR vr) {
    fields_[tag].vr = vr;
    return *this;
  }
  Fields& item(std::uint32_t tag, std::size_t index) { return fields_[tag].items[index]; }

  void write(ObjectBuilder& builder) const {
    for (const auto& [value, field] : fields_) {
      const Tag tag(value);
      if (field.vr != VR::SQ) {
        builder.text(tag, field.vr, field.bytes);
        continue;
      }
      builder.sequence(tag);
      for (const Fields& each : field.items) {
        builder.item();
        each.write(builder);
        builder.end_item();
      }
      builder.end_sequence();
    }
  }

  [[nodiscard]] FileBytes bytes() const {
    const auto uid = [&](std::uint32_t tag, std::string_view otherwise) {
      const auto found = fields_.find(tag);
      return found == fields_.end() ? std::string(otherwise) : found->second.bytes;
    };
    ObjectBuilder builder;
    builder.preamble().meta(kExplicitLittleUid, uid(0x00080016, "1.2.840.10008.5.1.4.1.1.7"),
                            uid(0x00080018, "1.2.3.4"));
    write(builder);
    return builder.take();
  }

 private:
  struct Field {
    VR vr = VR::UN;
    std::string bytes;
    std::vector<Fields> items;
  };
  std::map<std::uint32_t, Field> fields_;
};

// A CT image of 4 x 4 without a fault.
Fields ct_image();
// An enhanced CT image of two frames: its functional groups are right, other modules incomplete.
Fields enhanced_ct();
// An object of a private SOP class: nothing is asked of it but that it agrees with itself.
Fields private_object();

}  // namespace slipring::test
