// The file meta group of a received object (PS3.10 7.1): SOP class and instance from the command,
// the transfer syntax of its context, who we are and who sent it. Pure; no clock, no random number.
#pragma once

#include <string>

#include "codecs/base/buffer.h"

namespace slipring::receive {

// What is known of an object before its data set comes: from the C-STORE-RQ and its association.
struct Announced {
  std::string sop_class;
  std::string sop_instance;
  std::string transfer_syntax;
  std::string source_ae;  // "" when it is not known
  std::string peer;       // address and port, for logs
};

// Appends preamble, "DICM" and group 2. Requires UIDs of at most 64 bytes.
void append_meta_group(const Announced& announced, Buffer& out);

}  // namespace slipring::receive
