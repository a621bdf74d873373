// User information (50H): the sub-items of an A-ASSOCIATE, read and written (PS3.8 D.1, PS3.7
// D.3.3). Between the associate PDUs and their bytes; nobody else needs it.
#pragma once

#include "engine/dimse/pdu/layout.h"
#include "engine/dimse/pdu/pdu.h"

namespace slipring::dimse {

// `body` is the item's value. Sub-items of unknown type are passed over (PS3.8 9.3.2.3).
// Errors: Truncated, Malformed, LimitExceeded.
[[nodiscard]] Result<UserInformation> read_user_information(Cursor body, const Limits& limits);

void append_user_information(Buffer& out, const UserInformation& user);

}  // namespace slipring::dimse
