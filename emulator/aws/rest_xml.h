/* REST XML, which is S3's alone: members in URI, query and headers; one member is the body, as XML, text or bytes. Errors are
 * S3's too: <Error><Code/><Message/>, what call_fail_more() said, <RequestId/><HostId/></Error>. */
#ifndef AWS_REST_XML_H
#define AWS_REST_XML_H

#include "aws/road.h"

/* NULL: the call has failed in S3's own words (MalformedXML, InvalidArgument, InvalidURI), and *reterr_message is not set. */
const cJSON *rest_xml_decode(struct call *call, struct str body, char **reterr_message);
/* The input offends the model: which of S3's errors says so. */
enum outcome rest_xml_refuse(struct call *call, const char *message);
void rest_xml_encode(struct call *call, enum outcome outcome, struct wire_reply *reply);

#endif
