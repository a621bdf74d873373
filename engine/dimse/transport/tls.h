// TLS: a Stream over another Stream (PS3.15 B.12, BCP 195): 1.3 preferred, nothing below 1.2, the
// peer's chain and name verified unless told otherwise, mutual certificates, never clear text
// instead. The only door to libssl, which is loaded by the first use.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/dimse/transport/stream.h"

namespace slipring::dimse {

struct TlsOptions {
  std::string key;          // PEM, without a passphrase
  std::string certificate;  // PEM, the chain behind it
  std::string ca_file;  // PEM: whom to trust; "" is the system's own as client, nobody as server
  bool verify_peer = true;  // as client: chain and name. As server with a ca_file: asks every peer
                            // for a certificate and lets none in without
};

class TlsContext {
 public:
  // Reads keys and certificates. A client may have none; a server must have both.
  // Errors: Io (a file, or no libssl), Malformed (no PEM, a key that does not fit its certificate).
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> client(const TlsOptions& options);
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> server(const TlsOptions& options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // Shakes hands over `under`. As client, `peer_name` is the host name or IP address that the
  // peer's certificate must hold; as server it is not looked at.
  // Errors: Untrusted (certificate, version, no TLS at all), TimedOut, Closed, Cancelled.
  [[nodiscard]] Result<std::unique_ptr<Stream>> wrap(std::unique_ptr<Stream> under,
                                                     const std::string& peer_name,
                                                     Deadline deadline) const;

  // What a person should know: a key file that others may read.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  TlsContext() = default;
  struct State;
  std::unique_ptr<State> state_;
  std::vector<std::string> warnings_;
};

}  // namespace slipring::dimse
