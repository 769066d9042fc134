#include "index/sequence_text.h"

#include <charconv>

namespace datombench {
namespace {

void AppendNumber(uint64_t number, std::string* out) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
  out->append(digits, end);
}

}  // namespace

void AppendDatomText(const Datom& datom, const Attributes& attributes, std::string* out) {
  AppendNumber(datom.e(), out);
  *out += '\t';
  *out += attributes.Ident(datom.a());
  *out += '\t';
  AppendValueText(datom.v(), out);
  *out += '\t';
  AppendNumber(datom.tx(), out);
  *out += datom.added() ? "\t+\n" : "\t-\n";
}

}  // namespace datombench
