// The text form of an index, by which databases are compared across programs and languages.
#ifndef DATOMBENCH_INDEX_SEQUENCE_TEXT_H_
#define DATOMBENCH_INDEX_SEQUENCE_TEXT_H_

#include <string>

#include "index/datom.h"

namespace datombench {

// Appends `e TAB attribute TAB value TAB tx TAB +|- LF`. Values as AppendValueText writes them.
void AppendDatomText(const Datom& datom, const Attributes& attributes, std::string* out);

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_SEQUENCE_TEXT_H_
