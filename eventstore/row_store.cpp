#include <muster/eventstore/archive.hpp>
#include <muster/eventstore/ports.hpp>

namespace muster {

Position applied_of(const RowReader& rows) {
  const auto value = rows.get(applied_key);
  return value ? decode_applied(*value) : 0;
}

std::string encode_applied(Position position) {
  std::string value;
  CompactWriter{value}.varint(position);
  return value;
}

Position decode_applied(std::string_view value) {
  CompactReader reader{value};
  const Position position = reader.varint();
  if (!reader.finished())
    throw StoreError{StoreErrorCode::corrupt, "the row that says how far rows are folded is damaged"};
  return position;
}

}  // namespace muster
