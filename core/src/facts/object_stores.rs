//! Providers of object storage with the S3 API: how the region of a request follows from the endpoint.

/// A provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectStore {
    /// Its name.
    pub name: &'static str,
    /// How the names of its endpoints end.
    pub suffix: &'static str,
    /// Which region a request is signed for.
    pub regions: Regions,
}

/// Which region a request to an endpoint is signed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Regions {
    /// The one in front of the suffix: the provider refuses others.
    OfEndpoint,
    /// The one in front of the suffix. The provider does not look, but another of these is a contradiction.
    Among(&'static [&'static str]),
    /// Any of these, whatever the endpoint.
    Only(&'static [&'static str]),
}

/// The providers, read on 2026-11-29. Google Cloud Storage, MinIO and Ceph take any region: they are not here.
pub static OBJECT_STORES: [ObjectStore; 11] = [
    // docs.aws.amazon.com/general/latest/gr/s3.html; China's regions have another suffix.
    of_endpoint("Amazon S3", ".amazonaws.com"),
    of_endpoint("Amazon S3", ".amazonaws.com.cn"),
    // www.scaleway.com/en/docs/object-storage/how-to/use-obj-stor-with-s3cmd
    of_endpoint("Scaleway Object Storage", ".scw.cloud"),
    // www.backblaze.com/docs/cloud-storage-s3-compatible-api
    of_endpoint("Backblaze B2", ".backblazeb2.com"),
    // docs.wasabi.com, "Service URLs for Wasabi's Storage Regions"
    of_endpoint("Wasabi", ".wasabisys.com"),
    // help.ovhcloud.com, "Object Storage: Endpoints and Object Storage geoavailability"
    of_endpoint("OVHcloud Object Storage", ".io.cloud.ovh.net"),
    // docs.hetzner.com/storage/object-storage/overview
    ObjectStore {
        name: "Hetzner Object Storage",
        suffix: ".your-objectstorage.com",
        regions: Regions::Among(&["fsn1", "hel1", "nbg1"]),
    },
    // docs.digitalocean.com/products/spaces/reference/s3-compatibility
    ObjectStore {
        name: "Spaces",
        suffix: ".digitaloceanspaces.com",
        regions: Regions::Among(&[
            "ams3", "atl1", "blr1", "fra1", "lon1", "nyc3", "sfo2", "sfo3", "sgp1", "syd1", "tor1",
        ]),
    },
    // techdocs.akamai.com/cloud-computing/docs/access-buckets-and-files-through-urls
    ObjectStore {
        name: "Linode Object Storage",
        suffix: ".linodeobjects.com",
        regions: Regions::Among(&[
            "us-east-1",
            "us-southeast-1",
            "us-ord-1",
            "eu-central-1",
            "ap-south-1",
        ]),
    },
    // community.exoscale.com/product/storage/object-storage, "Zones"
    ObjectStore {
        name: "Exoscale Object Storage",
        suffix: ".exo.io",
        regions: Regions::Among(&[
            "at-vie-1", "at-vie-2", "bg-sof-1", "ch-dk-2", "ch-gva-2", "de-fra-1", "de-muc-1", "hr-zag-1",
        ]),
    },
    // developers.cloudflare.com/r2/api/s3/api, "Bucket region"; the words other than `auto` and its alias are hints on a bucket's location.
    ObjectStore {
        name: "Cloudflare R2",
        suffix: ".r2.cloudflarestorage.com",
        regions: Regions::Only(&["auto", "us-east-1", "wnam", "enam", "weur", "eeur", "apac", "oc"]),
    },
];

const fn of_endpoint(name: &'static str, suffix: &'static str) -> ObjectStore {
    ObjectStore {
        name,
        suffix,
        regions: Regions::OfEndpoint,
    }
}

/// The provider of an endpoint, a host name in lower case.
pub fn object_store(host: &str) -> Option<&'static ObjectStore> {
    OBJECT_STORES.iter().find(|store| host.ends_with(store.suffix))
}

impl ObjectStore {
    /// The region that an endpoint of it names; `None` for one of all regions.
    pub fn region(self, host: &str) -> Option<&str> {
        let label = host.strip_suffix(self.suffix)?.rsplit('.').next()?;
        // Amazon's old form is `s3-eu-west-1`, beside endpoints such as `s3-accelerate`; Exoscale's is `sos-ch-gva-2`.
        let region = label
            .strip_prefix("s3-")
            .or(label.strip_prefix("sos-"))
            .unwrap_or(label);
        let is_region =
            !matches!(region, "s3" | "accelerate" | "global" | "external-1") && !region.is_empty();
        is_region.then_some(region)
    }
}

#[cfg(test)]
mod tests {
    use super::object_store;

    #[test]
    fn endpoints_name_their_regions() {
        fn region(host: &str) -> &str {
            let store = object_store(host);
            store.and_then(|store| store.region(host)).unwrap_or("")
        }
        for (host, is) in [
            ("s3.eu-west-1.amazonaws.com", "eu-west-1"),
            ("acme.s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1"),
            ("s3-eu-west-1.amazonaws.com", "eu-west-1"),
            ("s3.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("s3.amazonaws.com", ""),
            ("s3-accelerate.amazonaws.com", ""),
            ("s3.fr-par.scw.cloud", "fr-par"),
            ("fsn1.your-objectstorage.com", "fsn1"),
            ("acme.fra1.digitaloceanspaces.com", "fra1"),
            ("s3.gra.io.cloud.ovh.net", "gra"),
            ("s3.wasabisys.com", ""),
            ("storage.googleapis.com", ""),
            ("minio.acme.dev", ""),
        ] {
            assert_eq!(region(host), is, "{host}");
        }
    }
}
