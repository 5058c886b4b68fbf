/* Uploads in parts: created, listed, copied into, completed, aborted, and kept over a restart. */
#include "s3_fixture.h"

#include "services/s3/multipart.h"

#define MIB ((size_t)1024 * 1024)

/* UploadPart with so many bytes of `letter`, and further members. */
static void put_part(struct game *game, const char *number, size_t size, char letter, const char *more,
                     const char *wanted)
{
    struct buf input = BUF_EMPTY;
    buf_printf(&input, "{'Key':'k','UploadId':'$id','PartNumber':%s%s,'Body':'", number, more);
    for (size_t i = 0; i < size; i++)
        buf_add_byte(&input, letter);
    buf_add_text(&input, "'}");
    run_step(game, &(struct step){ "UploadPart", input.at, wanted }, 0);
    buf_release(&input);
}

static struct game with_upload(const char *folder, const char *more)
{
    struct game game = start_game(folder);
    char input[256];
    snprintf(input, sizeof input, "{'Key':'k'%s}", more);
    run_step(&game, &(struct step){ "CreateBucket", "{}", "{}" }, 0);
    run_step(&game, &(struct step){ "CreateMultipartUpload", input, "{'Bucket':'bucket','Key':'k','UploadId':'=id'}" },
             1);
    return game;
}

#define NAMED(...) "{'Key':'k','UploadId':'$id','MultipartUpload':{'Parts':[" __VA_ARGS__ "]}}"

static void from_first_to_last(void **state)
{
    char *folder = make_folder();
    struct game game = with_upload(folder, ",'ContentType':'a/b','Metadata':{'m':'1'}");
    put_part(&game, "2", 5, 'b', "", "{'ETag':'=two'}");
    put_part(&game, "1", 5 * MIB, 'a', "", "{'ETag':'=one'}");
    restart(&game);                                      /* what was acknowledged is there */
    put_part(&game, "2", 6, 'c', "", "{'ETag':'=two'}"); /* in the place of the other */
    static const struct step steps[] = {
        { "ListParts", "{'Key':'k','UploadId':'$id'}",
          "{'Parts':[{'PartNumber':1,'Size':5242880,'ETag':'$one'},{'PartNumber':2,'Size':6,'ETag':'$two'}],'"
          "IsTruncated':false,"
          "'StorageClass':'STANDARD','MaxParts':1000}" },
        { "ListParts", "{'Key':'k','UploadId':'$id','MaxParts':1}",
          "{'Parts':[{'PartNumber':1}],'IsTruncated':true,'NextPartNumberMarker':1}" },
        { "ListParts", "{'Key':'k','UploadId':'$id','PartNumberMarker':1}",
          "{'Parts':[{'PartNumber':2}],'IsTruncated':false}" },
        { "GetObject", "{'Key':'k'}", "NoSuchKey" },
        { "ListMultipartUploads", "{}", "{'Uploads':[{'Key':'k','UploadId':'$id'}],'IsTruncated':false}" },
        { "CompleteMultipartUpload", NAMED("{'PartNumber':2,'ETag':'$two'},{'PartNumber':1,'ETag':'$one'}"),
          "InvalidPartOrder: The list of parts was not in ascending order. Parts must be ordered by part number." },
        { "CompleteMultipartUpload", NAMED("{'PartNumber':1,'ETag':'$two'}"), "InvalidPart" },
        { "CompleteMultipartUpload", NAMED("{'PartNumber':3,'ETag':'$two'}"), "InvalidPart" },
        { "CompleteMultipartUpload", NAMED(""), "MalformedXML" },
        { "CompleteMultipartUpload",
          "{'Key':'other','UploadId':'$id','MultipartUpload':{'Parts':[{'PartNumber':1,'ETag':'$one'}]}}",
          "NoSuchUpload" },
        { "CompleteMultipartUpload", NAMED("{'PartNumber':1,'ETag':'$one'},{'PartNumber':2,'ETag':'$two'}"),
          "{'Bucket':'bucket','Key':'k','ETag':'=etag','ChecksumType':'FULL_OBJECT','ChecksumCRC64NVME':'=sum'}" },
        { "CompleteMultipartUpload", NAMED("{'PartNumber':1,'ETag':'$one'},{'PartNumber':2,'ETag':'$two'}"),
          "{'ETag':'$etag'}" }, /* the answer may have got lost */
        { "HeadObject", "{'Key':'k','ChecksumMode':'ENABLED'}",
          "{'ETag':'$etag','ContentLength':5242886,'ContentType':'a/"
          "b','Metadata':{'m':'1'},'ChecksumCRC64NVME':'$sum'}" },
        { "GetObject", "{'Key':'k','Range':'bytes=5242877-5242883'}",
          "{'Body':'aaacccc','ContentLength':7}" }, /* over the seam */
        { "GetObject", "{'Key':'k','PartNumber':2}",
          "{'Body':'cccccc','PartsCount':2,'ContentRange':'bytes 5242880-5242885/5242886'}" },
        { "GetObject", "{'Key':'k','PartNumber':3}", "InvalidPartNumber" },
        { "GetObjectAttributes", "{'Key':'k','ObjectAttributes':['ObjectParts','ETag']}",
          "{'ObjectParts':{'TotalPartsCount':2,'Parts':[{'PartNumber':1,'Size':5242880},{'PartNumber':2,'Size':6}]}}" },
        { "ListMultipartUploads", "{}", "{'Uploads':[]}" },
        { "ListParts", "{'Key':'k','UploadId':'$id'}",
          "NoSuchUpload: The specified upload does not exist. The upload ID may be invalid, or the upload may have "
          "been "
          "aborted or completed." },
        { "CopyObject", "{'Key':'copy','CopySource':'bucket/k'}",
          "{'CopyObjectResult':{'ETag':'=plain','ChecksumCRC64NVME':'$sum'}}" },
        { "GetObject", "{'Key':'copy','Range':'bytes=5242879-5242881'}", "{'Body':'acc','ETag':'$plain'}" },
        { "DeleteObject", "{'Key':'k'}", "{}" },
        { "GetObject", "{'Key':'copy','Range':'bytes=5242879-5242881'}", "{'Body':'acc'}" },
    };
    RUN(&game, steps);
    /* The MD5 of all the bytes, no more of those of the parts. */
    assert_int_equal(strlen(value_of(STR("plain"))), 34);
    assert_true(strstr(value_of(STR("etag")), "-2\""));
    end_game(&game);
    remove_folder(folder);
}

static void refusals(void **state)
{
    struct game game = with_upload(NULL, "");
    put_part(&game, "1", 100, 'a', "", "{'ETag':'=one'}");
    put_part(&game, "2", 100, 'b', "", "{'ETag':'=two'}");
    put_part(&game, "0", 1, 'a', "", "InvalidArgument: Part number must be an integer between 1 and 10000, inclusive");
    put_part(&game, "10001", 1, 'a', "", "InvalidArgument");
    put_part(&game, "10000", 1, 'a', "", "{}");
    static const struct step steps[] = {
        { "CompleteMultipartUpload", NAMED("{'PartNumber':1,'ETag':'$one'},{'PartNumber':2,'ETag':'$two'}"),
          "EntityTooSmall: Your proposed upload is smaller than the minimum allowed size" },
        { "CompleteMultipartUpload",
          "{'Key':'k','UploadId':'$id','MpuObjectSize':7,'MultipartUpload':{'Parts':[{'PartNumber':1,'ETag':'$one'}]}}",
          "InvalidRequest: The provided 'x-amz-mp-object-size' header value 7 does not match what was computed: 100" },
        { "PutObject", "{'Key':'k','Body':'x'}", "{}" },
        { "CompleteMultipartUpload",
          "{'Key':'k','UploadId':'$id','IfNoneMatch':'*','MultipartUpload':{'Parts':[{'PartNumber':1,'ETag':'$one'}]}}",
          "PreconditionFailed" },
        { "UploadPart", "{'Key':'k','UploadId':'x','PartNumber':1,'Body':'x'}", "NoSuchUpload" },
        { "AbortMultipartUpload", "{'Key':'k','UploadId':'$id'}", "{}" },
        { "AbortMultipartUpload", "{'Key':'k','UploadId':'$id'}", "NoSuchUpload" },
        { "UploadPart", "{'Key':'k','UploadId':'$id','PartNumber':1,'Body':'x'}", "NoSuchUpload" },
        { "CreateMultipartUpload", "{'Key':'k','ChecksumAlgorithm':'SHA256','ChecksumType':'FULL_OBJECT'}",
          "InvalidRequest: The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm." },
        { "CreateMultipartUpload", "{'Key':'k','ChecksumAlgorithm':'CRC64NVME','ChecksumType':'COMPOSITE'}",
          "InvalidRequest: The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm." },
        { "CreateMultipartUpload", "{'Key':'k','ChecksumAlgorithm':'CRC64NVME'}",
          "{'ChecksumAlgorithm':'CRC64NVME','ChecksumType':'FULL_OBJECT'}" },
        { "CreateMultipartUpload", "{'Key':'k','ChecksumAlgorithm':'CRC32'}", "{'ChecksumType':'COMPOSITE'}" },
        { "DeleteObject", "{'Key':'k'}", "{}" },
        { "DeleteBucket", "{}", "{}" }, /* uploads that go on do not hold it up */
        { "CreateBucket", "{}", "{}" },
        { "ListMultipartUploads", "{}", "{'Uploads':[]}" },
    };
    RUN(&game, steps);
    end_game(&game);
}

static void checksums(void **state)
{
    struct game game = with_upload(NULL, ",'ChecksumAlgorithm':'SHA256'");
    put_part(&game, "1", 10, 'a', ",'ChecksumAlgorithm':'SHA256'", "{'ETag':'=one','ChecksumSHA256':'=sum'}");
    put_part(
        &game, "2", 10, 'a', ",'ChecksumAlgorithm':'SHA1'",
        "InvalidRequest: Checksum Type mismatch occurred, expected checksum Type: SHA256, actual checksum Type: SHA1");
    put_part(
        &game, "2", 10, 'a', "",
        "InvalidRequest: Checksum Type mismatch occurred, expected checksum Type: SHA256, actual checksum Type: null");
    static const struct step steps[] = {
        { "CompleteMultipartUpload", NAMED("{'PartNumber':1,'ETag':'$one'}"),
          "InvalidRequest: The upload was created using a sha256 checksum. The complete request must include the "
          "checksum "
          "for each part. It was missing for part 1 in the request." },
        { "CompleteMultipartUpload", NAMED("{'PartNumber':1,'ETag':'$one','ChecksumSHA256':'abc'}"), "InvalidPart" },
        { "CompleteMultipartUpload", NAMED("{'PartNumber':1,'ETag':'$one','ChecksumSHA256':'$sum'}"),
          "{'ChecksumType':'COMPOSITE','ChecksumSHA256':'=whole'}" },
        { "GetObjectAttributes", "{'Key':'k','ObjectAttributes':['Checksum','ObjectParts']}",
          "{'Checksum':{'ChecksumSHA256':'$whole','ChecksumType':'COMPOSITE'},'ObjectParts':{'Parts':[{'ChecksumSHA256'"
          ":'$sum'}]}}" },
        { "CreateMultipartUpload", "{'Key':'k','ChecksumAlgorithm':'CRC32','ChecksumType':'FULL_OBJECT'}",
          "{'UploadId':'=id'}" },
        { "UploadPart", "{'Key':'k','UploadId':'$id','PartNumber':1,'Body':'x','ChecksumAlgorithm':'CRC32'}",
          "{'ETag':'=one','ChecksumCRC32':'=crc'}" },
        { "CompleteMultipartUpload",
          "{'Key':'k','UploadId':'$id','ChecksumCRC32':'AAAAAA==','MultipartUpload':{'Parts':[{'PartNumber':1,'ETag':'$"
          "one'}]}}",
          "BadDigest: The CRC32 you specified did not match the calculated checksum." },
        { "CompleteMultipartUpload", NAMED("{'PartNumber':1,'ETag':'$one'}"),
          "{'ChecksumType':'FULL_OBJECT','ChecksumCRC32':'$crc'}" }, /* one part's is the whole's */
    };
    RUN(&game, steps);
    assert_true(strstr(value_of(STR("whole")), "-1"));
    end_game(&game);
}

static void parts_from_copies(void **state)
{
    struct game game = with_upload(NULL, "");
    static const struct step steps[] = {
        { "PutObject", "{'Key':'small','Body':'0123456789'}", "{'ETag':'=whole'}" },
        { "UploadPartCopy", "{'Key':'k','UploadId':'$id','PartNumber':2,'CopySource':'bucket/small'}",
          "{'CopyPartResult':{'ETag':'$whole'}}" },
        { "UploadPartCopy",
          "{'Key':'k','UploadId':'$id','PartNumber':2,'CopySource':'bucket/small','CopySourceRange':'bytes=2-4'}",
          "{'CopyPartResult':{'ETag':'=two'}}" },
        { "UploadPartCopy",
          "{'Key':'k','UploadId':'$id','PartNumber':2,'CopySource':'bucket/small','CopySourceRange':'bytes=2-10'}",
          "InvalidArgument: Range specified is not valid for source object of size: 10" },
        { "UploadPartCopy",
          "{'Key':'k','UploadId':'$id','PartNumber':2,'CopySource':'bucket/small','CopySourceRange':'bytes=2-'}",
          "InvalidArgument" },
        { "UploadPartCopy", "{'Key':'k','UploadId':'$id','PartNumber':2,'CopySource':'bucket/none'}", "NoSuchKey" },
        { "UploadPartCopy",
          "{'Key':'k','UploadId':'$id','PartNumber':2,'CopySource':'bucket/small','CopySourceIfNoneMatch':'$whole'}",
          "PreconditionFailed" },
    };
    static const struct step later[] = {
        /* The source of the first part is an object of two parts: the range runs over their seam. */
        { "UploadPartCopy",
          "{'Key':'k','UploadId':'$id','PartNumber':3,'CopySource':'bucket/"
          "k','CopySourceRange':'bytes=5242878-5242881'}",
          "{'CopyPartResult':{'ETag':'=three'}}" },
        { "CompleteMultipartUpload", NAMED("{'PartNumber':3,'ETag':'$three'}"), "{}" },
        { "GetObject", "{'Key':'k'}", "{'Body':'aa23','ContentLength':4}" },
    };
    RUN(&game, steps);
    put_part(&game, "1", 5 * MIB, 'a', "", "{'ETag':'=one'}");
    run_step(&game,
             &(struct step){ "CompleteMultipartUpload",
                             NAMED("{'PartNumber':1,'ETag':'$one'},{'PartNumber':2,'ETag':'$two'}"), "{}" },
             8);
    run_step(&game, &(struct step){ "CreateMultipartUpload", "{'Key':'k'}", "{'UploadId':'=id'}" }, 9);
    RUN(&game, later);
    end_game(&game);
}

static void listed(void **state)
{
    static const struct step steps[] = {
        { "CreateMultipartUpload", "{'Key':'a/1'}", "{'UploadId':'=a1'}" },
        { "CreateMultipartUpload", "{'Key':'a/1'}", "{'UploadId':'=a2'}" },
        { "CreateMultipartUpload", "{'Key':'b','StorageClass':'GLACIER','ChecksumAlgorithm':'SHA1'}",
          "{'UploadId':'=b'}" },
        { "ListMultipartUploads", "{}",
          "{'Uploads':[{'Key':'a/"
          "1','UploadId':'$a1','StorageClass':'STANDARD','ChecksumAlgorithm':null},{'UploadId':'$a2'},"
          "{'Key':'b','StorageClass':'GLACIER','ChecksumAlgorithm':'SHA1','ChecksumType':'COMPOSITE'}]}" },
        { "ListMultipartUploads", "{'MaxUploads':1}",
          "{'Uploads':[{'UploadId':'$a1'}],'IsTruncated':true,'NextKeyMarker':'a/1','NextUploadIdMarker':'$a1'}" },
        { "ListMultipartUploads", "{'MaxUploads':1,'KeyMarker':'a/1','UploadIdMarker':'$a1'}",
          "{'Uploads':[{'UploadId':'$a2'}]}" },
        { "ListMultipartUploads", "{'KeyMarker':'a/1'}", "{'Uploads':[{'UploadId':'$b'}],'IsTruncated':false}" },
        { "ListMultipartUploads", "{'Delimiter':'/'}", "{'Uploads':[{'Key':'b'}],'CommonPrefixes':[{'Prefix':'a/'}]}" },
        { "ListMultipartUploads", "{'Prefix':'a'}", "{'Uploads':[{},{}]}" },
    };
    RUN_ALONE(steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_first_to_last), cmocka_unit_test(refusals), cmocka_unit_test(checksums),
        cmocka_unit_test(parts_from_copies),  cmocka_unit_test(listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
