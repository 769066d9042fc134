// The orders of the model: values, attributes and datoms compared the slow and plain way.
#ifndef DATOMBENCH_TESTS_SUPPORT_MODEL_ORDER_H_
#define DATOMBENCH_TESTS_SUPPORT_MODEL_ORDER_H_

#include <string>

#include "tests/support/database_model.h"

namespace datombench {

// All return a number below, equal to or above 0.
int CompareModelText(const std::string& x, const std::string& y, StringOrder strings);
// Idents as a person writes them: without namespace first, then namespace, then name.
int CompareModelIdents(const std::string& x, const std::string& y, StringOrder strings);
int CompareModelValues(const ModelValue& x, const ModelValue& y, StringOrder strings);
int CompareModelDatoms(const ModelDatom& x, const ModelDatom& y, OrderKind order,
                       StringOrder strings);

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_SUPPORT_MODEL_ORDER_H_
